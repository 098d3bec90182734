#include "breakwater/core/jwt_claims.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <ostream>
#include <string>
#include <string_view>

namespace breakwater {
namespace {

/// base64url (RFC 4648, section 5), without padding.
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

std::string jwt(std::string_view payload) { return encode(R"({"alg":"RS256"})") + "." + encode(payload) + ".c2ln"; }

jwt_claims claims_in(std::string_view payload) { return parse_jwt_claims(secret{jwt(payload)}); }

wall_time at(int64_t seconds) { return wall_time{std::chrono::seconds{seconds}}; }

bool says_nothing(const jwt_claims& c) {
  return c.expires_at == unknown_time && c.issued_at == unknown_time && c.email.empty() && c.plan.empty() &&
         c.account_id.empty() && c.subject.empty();
}

TEST(jwt_claims, given_the_example_of_rfc_7519_when_parsed_then_its_expiry_is_read) {
  auto claims = parse_jwt_claims(
      secret{"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
             ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
             ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"});
  EXPECT_EQ(claims.expires_at, at(1300819380));
  EXPECT_EQ(claims.issued_at, unknown_time);
}

TEST(jwt_claims, given_every_claim_when_parsed_then_each_is_in_its_field) {
  auto claims = claims_in(R"({"exp":1900000000,"iat":1800000000,"sub":"user-1","email":"a@example.org",
    "https://api.openai.com/profile":{"email":"b@example.org"},
    "https://api.openai.com/auth":{"chatgpt_plan_type":"plus","chatgpt_account_id":"acc-1"}})");
  EXPECT_EQ(claims.expires_at, at(1900000000));
  EXPECT_EQ(claims.issued_at, at(1800000000));
  EXPECT_EQ(claims.subject, "user-1");
  EXPECT_EQ(claims.email, "a@example.org");
  EXPECT_EQ(claims.plan, "plus");
  EXPECT_EQ(claims.account_id, "acc-1");
}

TEST(jwt_claims, given_no_email_of_its_own_when_parsed_then_the_profiles) {
  EXPECT_EQ(claims_in(R"({"https://api.openai.com/profile":{"email":"b@example.org"}})").email, "b@example.org");
  EXPECT_EQ(claims_in(R"({"email":7,"https://api.openai.com/profile":{"email":"b@example.org"}})").email,
            "b@example.org");
}

TEST(jwt_claims, given_a_payload_of_any_length_when_parsed_then_every_remainder_decodes) {
  for (int padding = 0; padding < 12; ++padding) {
    auto subject = std::string(static_cast<size_t>(padding), 'x') + "\xc3\xbf\xc3\xbe?>";
    EXPECT_EQ(claims_in(R"({"sub":")" + subject + R"("})").subject, subject);
  }
}

TEST(jwt_claims, given_padding_when_parsed_then_correct_padding_is_let_pass) {
  auto padded = [](std::string payload, std::string_view padding) {
    return parse_jwt_claims(secret{"e30." + encode(payload) + std::string{padding} + ".s"}).subject;
  };
  EXPECT_EQ(padded(R"({"sub":"ab"})", ""), "ab"); // 12 bytes: 16 digits
  EXPECT_EQ(padded(R"({"sub":"abc"})", "=="), "abc");
  EXPECT_EQ(padded(R"({"sub":"abcd"})", "="), "abcd");
  EXPECT_EQ(padded(R"({"sub":"ab"})", "="), "");
  EXPECT_EQ(padded(R"({"sub":"ab"})", "===="), "");
  EXPECT_EQ(padded(R"({"sub":"abc"})", "="), "");
  EXPECT_EQ(padded(R"({"sub":"abc"})", "==="), "");
}

struct date_row {
  const char* written;
  wall_time read;
};

TEST(jwt_claims, given_a_date_when_parsed_then_milliseconds_from_1970_to_2200_or_unknown) {
  const date_row rows[] = {
      {"1", at(1)},
      {"1900000000", at(1900000000)},
      {"1900000000.0", at(1900000000)},
      {"1900000000.999", at(1900000000) + std::chrono::milliseconds{999}},
      {"1763917437.3", at(1763917437) + std::chrono::milliseconds{300}},
      {"1763917437.0019", at(1763917437) + std::chrono::milliseconds{1}},
      {"1.9e9", at(1900000000)},
      {"7258118400", at(7258118400)},
      {"7258118400.0", at(7258118400)},
      {"7258118401", unknown_time},
      {"7258118400.5", unknown_time},
      {"1900000000000", unknown_time}, // milliseconds
      {"0", unknown_time},
      {"0.5", at(0) + std::chrono::milliseconds{500}},
      {"0.0005", unknown_time},
      {"-0.0", unknown_time},
      {"-1", unknown_time},
      {"-1.5", unknown_time},
      {"9223372036854775807", unknown_time},
      {"-9223372036854775808", unknown_time},
      {"18446744073709551615", unknown_time},
      {"18446744073709551616", unknown_time},
      {"1e18", unknown_time},
      {"1e308", unknown_time},
      {"-1e308", unknown_time},
      {"1e-308", unknown_time},
      {R"("1900000000")", unknown_time},
      {"null", unknown_time},
      {"true", unknown_time},
      {"[1900000000]", unknown_time},
      {R"({"a":1})", unknown_time},
  };
  for (const auto& [written, read] : rows) {
    auto claims = claims_in(std::string{R"({"sub":"s","exp":)"} + written + R"(,"iat":)" + written + "}");
    EXPECT_EQ(claims.subject, "s") << written;
    EXPECT_TRUE(claims.expires_at == read) << written;
    EXPECT_TRUE(claims.issued_at == read) << written;
  }
}

TEST(jwt_claims, given_claims_of_the_wrong_type_when_parsed_then_only_those_are_missing) {
  for (auto wrong : {"1", "null", "true", "[]", "{}", R"(["x"])", "1.5"}) {
    auto w = std::string{wrong};
    auto claims = claims_in(R"({"exp":5,"sub":)" + w + R"(,"email":)" + w + R"(,"https://api.openai.com/profile":)" +
                            w + R"(,"https://api.openai.com/auth":)" + w + "}");
    EXPECT_EQ(claims.expires_at, at(5));
    claims.expires_at = unknown_time;
    EXPECT_TRUE(says_nothing(claims)) << wrong;
    EXPECT_TRUE(says_nothing(claims_in(R"({"https://api.openai.com/auth":{"chatgpt_plan_type":)" + w +
                                       R"(,"chatgpt_account_id":)" + w + "}}")))
        << wrong;
  }
  EXPECT_TRUE(
      says_nothing(claims_in(R"({"https://api.openai.com/auth":"text","https://api.openai.com/profile":"t"})")));
}

TEST(jwt_claims, given_text_with_control_characters_when_parsed_then_it_is_not_there) {
  for (auto text : {R"(a\u0000b)", R"(a\u001b[31m)", R"(a\nb)", R"(\u007f)"})
    EXPECT_TRUE(says_nothing(claims_in(std::string{R"({"sub":")"} + text + R"(","email":")" + text + R"("})"))) << text;
  EXPECT_EQ(claims_in(R"({"sub":"J\u00f6rg"})").subject, "J\xc3\xb6rg");
}

TEST(jwt_claims, given_what_is_not_a_jwt_when_parsed_then_it_says_nothing) {
  auto payload = encode(R"({"sub":"s","exp":5})");
  const std::string tokens[] = {
      "",
      ".",
      "..",
      "...",
      "opaque-token",
      payload,
      "." + payload + ".",
      "h." + payload,
      "h." + payload + ".",
      "." + payload + ".s",
      "h..s",
      "h." + payload + ".s.",
      "h." + payload + ".s.t",
      "h.." + payload + ".s",
      "h.p.s." + payload + ".t", // a JWE
      "h.=.s",
      "h.====.s",
      "h.A.s",
      "h." + encode(R"({"sub":"abcde"})") + "A.s", // one digit too many
      "h." + payload + "!.s",
      "h. " + payload + ".s",
      "h." + payload.substr(0, 4) + "+/" + payload.substr(6) + ".s", // plain base64
      "h." + payload + "\n.s",
      std::string{"h."} + '\0' + payload + ".s",
      "h.\xff\xfe\x80.s",
  };
  for (const auto& token : tokens)
    EXPECT_TRUE(says_nothing(parse_jwt_claims(secret{token}))) << token;
  EXPECT_EQ(parse_jwt_claims(secret{"h." + payload + ".s"}).subject, "s") << "the same payload in a whole token";
}

TEST(jwt_claims, given_a_payload_that_is_not_a_json_object_when_parsed_then_it_says_nothing) {
  for (auto payload :
       {"", " ", "null", "5", "\"text\"", "[]", R"([{"sub":"s"}])", "{", R"({"sub":"s")", R"({"sub":"s"}})",
        R"({"sub":"s"} x)", R"({"sub":'s'})", R"({"sub":"s",})", R"({"exp":NaN,"sub":"s"})",
        R"({"exp":1e400,"sub":"s"})", "{\"sub\":\"\xff\xfe\"}", "\x1f\x8b\x08"})
    EXPECT_TRUE(says_nothing(claims_in(payload))) << payload;
}

TEST(jwt_claims, given_deep_nesting_when_parsed_then_it_ends_well) {
  for (size_t depth : {size_t{100}, size_t{20'000}}) {
    std::string open(depth, '['), close(depth, ']');
    EXPECT_EQ(claims_in(R"({"sub":"s","x":)" + open + close + "}").subject, "s");
    EXPECT_TRUE(says_nothing(claims_in(open)));
  }
}

TEST(jwt_claims, given_a_token_beyond_the_limit_when_parsed_then_it_says_nothing) {
  auto payload = encode(R"({"sub":"s"})");
  auto of_size = [&](size_t size) {
    return parse_jwt_claims(secret{"h." + payload + "." + std::string(size - payload.size() - 3, 's')});
  };
  EXPECT_EQ(of_size(64 * 1024).subject, "s");
  EXPECT_TRUE(says_nothing(of_size(64 * 1024 + 1)));
  EXPECT_TRUE(says_nothing(parse_jwt_claims(secret{std::string(10'000'000, '.')})));
}

TEST(jwt_claims, given_every_single_byte_changed_when_parsed_then_it_ends_well) {
  auto whole = jwt(R"({"exp":1900000000,"sub":"user","https://api.openai.com/auth":{"chatgpt_plan_type":"plus"}})");
  for (size_t i = 0; i < whole.size(); ++i) {
    parse_jwt_claims(secret{whole.substr(0, i)});
    for (char c : {'\0', '.', '=', 'A', '_', '\x80', '\xff'}) {
      auto changed = whole;
      changed[i] = c;
      parse_jwt_claims(secret{changed});
    }
  }
}

} // namespace
} // namespace breakwater
