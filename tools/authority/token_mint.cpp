#include "breakwater/tools/authority/token_mint.hpp"

#include "breakwater/tools/authority/json_seconds.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace breakwater::fake {

namespace {

/// A NumericDate (RFC 7519, section 2). Whole, unless the token's life is not.
nlohmann::json date_of(wall_time t, bool is_whole) {
  if (is_whole)
    return json_seconds(std::chrono::floor<std::chrono::seconds>(t.time_since_epoch()));
  return json_seconds(std::chrono::floor<std::chrono::milliseconds>(t.time_since_epoch()));
}

// splitmix64: every state gives another number, so a counter behind it never repeats.
uint64_t scramble(uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

void append_hex(std::string& out, uint64_t number) {
  for (int shift = 60; shift >= 0; shift -= 4)
    out += "0123456789abcdef"[(number >> shift) & 15];
}

std::string hs256(std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(EVP_sha256(), signing_key.data(), static_cast<int>(signing_key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, &size);
  return {reinterpret_cast<const char*>(digest), size};
}

} // namespace

std::string base64url(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  auto size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                              reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<size_t>(size));
  while (!text.empty() && text.back() == '=')
    text.pop_back();
  for (auto& c : text)
    c = c == '+' ? '-' : c == '/' ? '_' : c;
  return text;
}

std::string token_mint::unique(std::string_view prefix) {
  ++minted_;
  std::string made{prefix};
  append_hex(made, scramble(state_ ^ scramble(minted_)));
  append_hex(made, minted_);
  return made;
}

std::string token_mint::jwt(const token_claims& claims, std::string_view use) {
  auto is_signed = format_ == token_format::jwt_hs256;
  auto header = nlohmann::json{{"alg", is_signed ? "HS256" : "none"}, {"typ", "JWT"}};
  auto is_whole = (claims.expires_at - claims.issued_at) % std::chrono::seconds{1} == span{0};
  auto body = nlohmann::json{
      {"sub", claims.account},
      {"email", claims.account + "@example.test"},
      {"iat", date_of(claims.issued_at, is_whole)},
      {"exp", date_of(claims.expires_at, is_whole)},
      {"jti", unique("")},
      {"use", use},
      // Where app-server clients look for the account.
      {"https://api.openai.com/auth", {{"chatgpt_account_id", claims.account}, {"chatgpt_plan_type", "test"}}},
  };
  // Three parts that are not empty, or some readers do not take it for a JWT at all: "none" gets a placeholder.
  auto text = base64url(header.dump()) + "." + base64url(body.dump());
  auto signature = is_signed ? base64url(hs256(text)) : std::string{"unsigned"};
  return text + "." + signature;
}

std::string token_mint::refresh_token() { return unique("rt_"); }

std::string token_mint::access_token(const token_claims& claims) {
  return format_ == token_format::opaque ? unique("at_") : jwt(claims, "access");
}

std::string token_mint::id_token(const token_claims& claims) {
  return format_ == token_format::opaque ? std::string{} : jwt(claims, "id");
}

} // namespace breakwater::fake
