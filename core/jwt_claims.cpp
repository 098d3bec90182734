#include "breakwater/core/jwt_claims.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

namespace breakwater {

namespace {

using json = nlohmann::json;

/// Tokens beyond this are not looked into; real ones have some 2 KiB.
constexpr size_t token_size_max = 64 * 1024;

/// The year 2200. A later date is a mistake (milliseconds, most often) or means never: it says nothing we can plan
/// with, and refusing it leaves room for arithmetic on every date that is accepted.
constexpr uint64_t epoch_seconds_max = 7'258'118'400;

/// A buffer for bytes of a token, wiped at the end of its scope.
struct wiped_buffer {
  std::string bytes;
  wiped_buffer() = default;
  wiped_buffer(const wiped_buffer&) = delete;
  wiped_buffer& operator=(const wiped_buffer&) = delete;
  ~wiped_buffer() { wipe(bytes); }
};

/// The second of exactly three non-empty parts (RFC 7519, section 3); else nothing.
std::string_view payload_of(std::string_view token) {
  auto first = token.find('.');
  if (first == std::string_view::npos)
    return {};
  auto second = token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
    return {};
  if (first == 0 || second + 1 == token.size())
    return {};
  return token.substr(first + 1, second - first - 1);
}

/// The value of a base64url digit (RFC 4648, section 5), or -1.
constexpr int value_of(char digit) {
  if (digit >= 'A' && digit <= 'Z')
    return digit - 'A';
  if (digit >= 'a' && digit <= 'z')
    return digit - 'a' + 26;
  if (digit >= '0' && digit <= '9')
    return digit - '0' + 52;
  return digit == '-' ? 62 : digit == '_' ? 63 : -1;
}

/// Decodes base64url. JWTs have no padding (RFC 7515, section 2), but some issuers pad: correct padding is let pass.
bool decode(std::string_view text, std::string& into) {
  if (text.size() % 4 == 0)
    for (int i = 0; i < 2 && text.ends_with('='); ++i)
      text.remove_suffix(1);
  if (text.empty() || text.size() % 4 == 1)
    return false;
  into.reserve(text.size() / 4 * 3 + 2);
  uint32_t bits = 0;
  int bit_count = 0;
  for (char digit : text) {
    int value = value_of(digit);
    if (value < 0)
      return false;
    bits = (bits << 6 | static_cast<uint32_t>(value)) & 0xfff;
    bit_count += 6;
    if (bit_count >= 8) {
      bit_count -= 8;
      into += static_cast<char>(bits >> bit_count & 0xff);
    }
  }
  return true;
}

const json* member(const json& object, const char* name) {
  if (!object.is_object())
    return nullptr;
  auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

/// A text that is fit to be shown: a string without control characters; else empty.
std::string text_of(const json* value) {
  if (!value || !value->is_string())
    return {};
  const auto& text = value->get_ref<const std::string&>();
  for (char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      return {};
  return text;
}

/// Milliseconds of a number of seconds, rounded down; but what is written as x.999 is not x.998 because a double holds
/// a little less than that.
std::chrono::milliseconds in_ms(double seconds) {
  constexpr double least_lost = 1e-3;
  return std::chrono::milliseconds{static_cast<int64_t>(std::floor(seconds * 1000 + least_lost))};
}

/// A NumericDate (RFC 7519, section 2: it may have a fraction); unknown_time if it is none, or one outside 1970 to
/// 2200.
wall_time date_of(const json* value) {
  if (!value)
    return unknown_time;
  // Every number is compared before it is converted: a conversion out of range is undefined. NaN fails the comparison.
  // The library keeps whole numbers that are not negative as unsigned ones; a negative one is no date.
  if (value->is_number_unsigned()) {
    auto number = value->get<uint64_t>();
    if (number <= epoch_seconds_max)
      return wall_time{std::chrono::seconds{number}};
  } else if (value->is_number_float()) {
    auto number = value->get<double>();
    if (number >= 0 && number <= static_cast<double>(epoch_seconds_max))
      return wall_time{in_ms(number)};
  }
  return unknown_time;
}

jwt_claims claims_of(const json& payload) {
  jwt_claims claims;
  claims.expires_at = date_of(member(payload, "exp"));
  claims.issued_at = date_of(member(payload, "iat"));
  claims.subject = text_of(member(payload, "sub"));
  claims.email = text_of(member(payload, "email"));
  if (auto* profile = member(payload, "https://api.openai.com/profile"); profile && claims.email.empty())
    claims.email = text_of(member(*profile, "email"));
  if (auto* auth = member(payload, "https://api.openai.com/auth")) {
    claims.plan = text_of(member(*auth, "chatgpt_plan_type"));
    claims.account_id = text_of(member(*auth, "chatgpt_account_id"));
  }
  return claims;
}

} // namespace

jwt_claims parse_jwt_claims(const secret& token) {
  if (token.size() > token_size_max)
    return {};
  wiped_buffer decoded;
  if (!decode(payload_of(token.reveal()), decoded.bytes))
    return {};
  auto payload = json::parse(decoded.bytes, nullptr, false);
  if (!payload.is_object())
    return {};
  return claims_of(payload);
}

} // namespace breakwater
