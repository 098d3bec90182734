#include "breakwater/messages/token_hash.hpp"

#include <openssl/sha.h>

namespace breakwater {

namespace {

constexpr std::string_view digits = "0123456789abcdef";

} // namespace

token_hash hash_of(const secret& token) {
  token_hash made;
  if (!token.empty())
    SHA256(reinterpret_cast<const unsigned char*>(token.reveal().data()), token.size(), made.bytes.data());
  return made;
}

std::string to_hex(const token_hash& hash) {
  std::string hex;
  hex.reserve(2 * hash.bytes.size());
  for (auto byte : hash.bytes) {
    hex += digits[byte >> 4];
    hex += digits[byte & 15];
  }
  return hex;
}

std::optional<token_hash> parse_token_hash(std::string_view hex) {
  token_hash made;
  if (hex.size() != 2 * made.bytes.size())
    return std::nullopt;
  for (size_t i = 0; i < hex.size(); ++i) {
    auto value = digits.find(hex[i]);
    if (value == std::string_view::npos)
      return std::nullopt;
    made.bytes[i / 2] = static_cast<uint8_t>(made.bytes[i / 2] << 4 | value);
  }
  return made;
}

std::string to_string(const token_hash& hash) { return to_hex(hash).substr(0, 8); }

} // namespace breakwater
