#include "breakwater/core/jwt_claims.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

/// What the rest of the program relies on, whatever the token says.
void check(const breakwater::jwt_claims& claims) {
  auto far = breakwater::wall_time{std::chrono::seconds{7'258'118'400}};
  for (auto date : {claims.expires_at, claims.issued_at})
    if (date < breakwater::unknown_time || date > far)
      std::abort();
  for (const auto* text : {&claims.email, &claims.plan, &claims.account_id, &claims.subject})
    for (unsigned char c : *text)
      if (c < 0x20 || c == 0x7f)
        std::abort();
}

/// base64url without padding, so that the fuzzer gets at the JSON without learning it first.
std::string encode(std::string_view bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  unsigned bits = 0;
  int bit_count = 0;
  for (unsigned char byte : bytes) {
    bits = bits << 8 | byte;
    for (bit_count += 8; bit_count >= 6; bit_count -= 6)
      text += digits[bits >> (bit_count - 6) & 63];
  }
  if (bit_count > 0)
    text += digits[bits << (6 - bit_count) & 63];
  return text;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view bytes{reinterpret_cast<const char*>(data), size};
  check(breakwater::parse_jwt_claims(breakwater::secret{bytes}));
  check(breakwater::parse_jwt_claims(breakwater::secret{"e30." + encode(bytes) + ".s"}));
  return 0;
}
