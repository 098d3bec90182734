#include "breakwater/transport/oauth_codec.hpp"

#include "breakwater/transport/oauth_client.hpp"

#include <gmock/gmock.h>

namespace breakwater {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr wall_time now{1700000000s};
const secret sent{"rt-sent-5up3rs3cr3t-0123456789"};
constexpr const char* noon = "Sun, 06 Nov 1994 08:49:37 GMT";

token_answer parse(int status, std::string_view body, std::string content_type = "application/json",
                   std::string date = {}, std::string retry_after = {}) {
  http_answer from;
  from.how = delivery::answered;
  from.status = status;
  from.content_type = std::move(content_type);
  from.date = std::move(date);
  from.retry_after = std::move(retry_after);
  from.body = body;
  return parse_token_answer(std::move(from), generic_authority("https://auth.example.com/token", "client-1"), sent,
                            now);
}

// -- errors ----------------------------------------------------------------------------------------------------------

struct refusal_row {
  int status;
  std::string body;
  std::string code, description;
  body_kind kind = body_kind::json;
};

const std::vector<refusal_row> refusals = {
    {400, R"({"error":"invalid_grant","error_description":"grant request is invalid"})", "invalid_grant",
     "grant request is invalid"},
    {400, "", "", "", body_kind::empty},
    {400, " \r\n\t", "", "", body_kind::empty},
    {400, R"({"error":"invalid_request"})", "invalid_request", ""},
    {500, "<html><head><title>Error</title></head><body>Internal Server Error</body></html>", "", "", body_kind::html},
    {401, R"({"error":"invalid_client"})", "invalid_client", ""},
    {401, R"({"result":0,"error":9})", "", ""},
    {401, R"({"error":{"code":"refresh_token_expired","message":"Log in again."}})", "refresh_token_expired",
     "Log in again."},
    {401, R"({"error":{"code":"Refresh_Token_REUSED"}})", "refresh_token_reused", ""},
    {401, R"({"error":{"message":"m","code":"refresh_token_invalidated","x":{"code":"no","message":"no"}}})",
     "refresh_token_invalidated", "m"},
    {500, R"({"code":"refresh_token_expired"})", "refresh_token_expired", ""},
    {503, R"({"error":{"code":503,"message":"busy"}})", "503", "busy"},
    {429, R"({"code":-7})", "-7", ""},
    {400, R"({"error":{"code":1.5}})", "", ""},
    {400, R"({"error":"","code":"from_code"})", "from_code", ""},
    {400, R"({"error":["invalid_grant"]})", "", ""},
    {400, R"({"error":[{"code":"invalid_grant"}]})", "", ""},
    {400, R"([{"error":"invalid_grant"}])", "", ""},
    {400, R"({"error":true,"error_description":7})", "", ""},
    {400, R"({"error":null})", "", ""},
    {400, R"({"x":{"error":"invalid_grant","code":"c"}})", "", ""},
    {400, R"("invalid_grant")", "", "", body_kind::other},
    {400, "invalid_grant", "", "", body_kind::other},
    {400, "error=invalid_grant", "", "", body_kind::other},
    {400, R"({"error":"invalid_grant")", "", "", body_kind::other},
    {400, R"({"error":"invalid_grant"} trailing)", "", "", body_kind::other},
    {400, R"({"error":"first","error":"second"})", "second", ""},
    {400, R"({"error":"first","error":{"code":"second"}})", "second", ""},
    {400, R"({"error":{"code":"first"},"error":{"message":"m"}})", "", "m"},
    {400, R"({"error":{"code":"first"},"error":"second"})", "second", ""},
    {400, R"({"error":"  Invalid_Grant\n"})", "invalid_grant", ""},
    {400, R"({"error":"a\u0000b\u0007c","error_description":"x\r\ny\u001b[31m"})", "a?b?c", "x??y?[31m"},
    {400, "\xEF\xBB\xBF{\"error\":\"invalid_grant\"}", "invalid_grant", ""},
    {400, "{\"error\":\"invalid_grant\",\"error_description\":\"ung\xFCltig \xC3\xBC\"}", "invalid_grant",
     "ung?ltig ??"},
    {400, "{\"\xFF\":1,\"error\":\"invalid_grant\"}", "invalid_grant", ""},
    {400, "\xFF\xFE{\"error\":\"invalid_grant\"}", "", "", body_kind::other},
    {400, std::string("{\"error\":\"a\0b\"}", 15), "", "", body_kind::other},
    {400, std::string("\0\0\0", 3), "", "", body_kind::other},
    {400, R"({"error":"x","error_description":"\ud800"})", "", "", body_kind::other},
    {400, R"({"error":1e999})", "", "", body_kind::other},
    {400, R"({"error":99999999999999999999999999})", "", ""},
};

TEST(token_answer, given_every_refusal_seen_when_parsed_then_code_description_and_kind) {
  for (const auto& row : refusals) {
    auto answer = parse(row.status, row.body);
    SCOPED_TRACE(row.body);
    EXPECT_EQ(answer.how, delivery::answered);
    EXPECT_EQ(answer.status, row.status);
    EXPECT_EQ(answer.error_code, row.code);
    EXPECT_EQ(answer.error_description, row.description);
    EXPECT_EQ(answer.body, row.kind);
    EXPECT_TRUE(answer.access_token.empty());
  }
}

TEST(token_answer, given_long_texts_when_parsed_then_bounded) {
  auto answer = parse(400, R"({"error":")" + std::string(5000, '!') + R"(","error_description":")" +
                               std::string(500000, '!') + "\"}");
  EXPECT_EQ(answer.error_code.size(), 100u);
  EXPECT_EQ(answer.error_description.size(), 300u);
}

TEST(token_answer, given_the_sent_token_in_an_error_when_parsed_then_not_shown) {
  auto token = std::string{sent.reveal()};
  for (const std::string& text :
       std::vector<std::string>{token, "x" + token + "y", token + token, token.substr(0, 14) + "...", token.substr(9),
                                "RT-SENT-5UP3RS3CR3T-0123456789", token + std::string(2000, ' ') + token}) {
    for (const auto& body : {R"({"error":")" + text + "\"}", R"({"error":{"code":"x","message":")" + text + "\"}}",
                             R"({"error":"x","error_description":")" + text + "\"}"}) {
      auto answer = parse(400, body);
      EXPECT_THAT(answer.error_code + answer.error_description, Not(HasSubstr("5up3r"))) << text;
      EXPECT_THAT(answer.error_code + answer.error_description, Not(HasSubstr("5UP3R"))) << text;
    }
  }
}

TEST(token_answer, given_words_that_look_like_tokens_when_parsed_then_not_shown) {
  auto described = [](const std::string& text) {
    return parse(400, R"({"error":"invalid_grant","error_description":")" + text + "\"}").error_description;
  };
  EXPECT_EQ(described("token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln is bad"), "token [redacted] is bad");
  EXPECT_EQ(described("id 3f2504e0-4f89-11d3-9a0c-0305e82c3301"), "id [redacted]");
  EXPECT_EQ(described("see https://auth.example.com/errors"), "see https://auth.example.com/errors");
  EXPECT_EQ(described("refresh_token_invalidated by the user"), "refresh_token_invalidated by the user");
  EXPECT_THAT(described(std::string(1020, ' ') + "abcdefgh1234567890abcdefgh"), Not(HasSubstr("abcd")));
}

// -- tokens ----------------------------------------------------------------------------------------------------------

std::string access_token_of(int status, std::string_view body) {
  return std::string{parse(status, body).access_token.reveal()};
}

TEST(token_answer, given_a_2xx_when_parsed_then_tokens_are_non_empty_strings_only) {
  EXPECT_EQ(access_token_of(200, R"({"access_token":"at"})"), "at");
  EXPECT_EQ(access_token_of(201, R"({"access_token":"at"})"), "at");
  EXPECT_EQ(access_token_of(200, "\xEF\xBB\xBF \n{\"access_token\":\"at\"}\n"), "at");
  EXPECT_EQ(access_token_of(200, R"({"access_token":"a\u0074\/+"})"), "at/+");
  for (const auto* value : {R"("")", "null", "1", "true", "[]", R"(["at"])", "{}", R"({"access_token":"at"})"})
    EXPECT_EQ(access_token_of(200, R"({"access_token":)" + std::string{value} + "}"), "") << value;
}

TEST(token_answer, given_no_2xx_when_parsed_then_no_token) {
  for (int status : {100, 199, 300, 302, 400, 401, 500, 999, 0, -1})
    EXPECT_EQ(access_token_of(status, R"({"access_token":"at","refresh_token":"rt","id_token":"id"})"), "") << status;
}

TEST(token_answer, given_equal_keys_when_parsed_then_the_last_counts) {
  EXPECT_EQ(access_token_of(200, R"({"access_token":"one","access_token":"two"})"), "two");
  EXPECT_EQ(access_token_of(200, R"({"access_token":"one","access_token":null})"), "");
}

TEST(token_answer, given_tokens_elsewhere_when_parsed_then_not_taken) {
  EXPECT_EQ(access_token_of(200, R"({"data":{"access_token":"at"}})"), "");
  EXPECT_EQ(access_token_of(200, R"({"error":{"access_token":"at"}})"), "");
  EXPECT_EQ(access_token_of(200, R"([{"access_token":"at"}])"), "");
  EXPECT_EQ(access_token_of(200, R"({"ACCESS_TOKEN":"at"})"), "");
}

TEST(token_answer, given_tokens_that_cannot_be_sent_when_parsed_then_none) {
  for (const auto* token : {R"(a\nb)", R"(a\u0000b)", R"(a\u007fb)", "a\xFF", "\xC3\xBC"})
    EXPECT_EQ(access_token_of(200, R"({"access_token":")" + std::string{token} + "\"}"), "") << token;
  auto answer = parse(200, "{\"access_token\":\"at\",\"refresh_token\":\"\xC3\xBC\",\"id_token\":\"a\xFFz\"}");
  EXPECT_EQ(answer.refresh_token.reveal(), "\xC3\xBC") << "a body can carry it";
  EXPECT_TRUE(answer.id_token.empty());
}

TEST(token_answer, given_a_cut_body_when_parsed_then_no_token_at_any_cut) {
  const std::string whole = R"({"access_token":"at","refresh_token":"rt","expires_in":60})";
  for (size_t size = 0; size < whole.size(); ++size) {
    auto answer = parse(200, whole.substr(0, size));
    EXPECT_EQ(answer.how, delivery::answered);
    EXPECT_EQ(answer.status, 200);
    EXPECT_TRUE(answer.access_token.empty() && answer.refresh_token.empty()) << size;
    EXPECT_EQ(answer.expires_in, -1ms);
  }
}

TEST(token_answer, given_deep_nesting_when_parsed_then_it_ends_well) {
  constexpr size_t depth = 500000;
  auto nested = std::string(depth, '[') + std::string(depth, ']');
  EXPECT_EQ(access_token_of(200, R"({"x":)" + nested + R"(,"access_token":"at"})"), "at");
  EXPECT_EQ(parse(200, nested).body, body_kind::json);
  EXPECT_EQ(parse(200, std::string(depth, '[')).body, body_kind::other);
  std::string objects;
  for (int i = 0; i < 100000; ++i)
    objects += R"({"error":)";
  EXPECT_EQ(parse(400, objects).body, body_kind::other);
}

TEST(token_answer, given_a_body_of_1_mib_when_parsed_then_as_any_other) {
  std::string token(1000000, 't');
  EXPECT_EQ(access_token_of(200, R"({"access_token":")" + token + "\"}"), token);
  EXPECT_EQ(parse(200, std::string(size_t{1} << 20, 'x')).body, body_kind::other);
}

TEST(token_answer, given_a_lost_answer_when_parsed_then_only_what_the_transport_says) {
  http_answer from;
  from.how = delivery::lost;
  from.status = 200;
  from.body = R"({"access_token":"at"})";
  from.date = noon;
  from.error = "host: \x01 rt-sent-5up3rs3cr3t-0123456789";
  auto answer = parse_token_answer(std::move(from), authority{}, sent, now);
  EXPECT_EQ(answer.how, delivery::lost);
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.access_token.empty());
  EXPECT_EQ(answer.date, unknown_time);
  EXPECT_EQ(answer.transport_error, "host: ? [redacted]");
}

// -- times -----------------------------------------------------------------------------------------------------------

TEST(token_answer, given_any_expires_in_when_parsed_then_bounded_to_the_millisecond) {
  struct row {
    const char* value;
    std::chrono::milliseconds life;
  };
  for (auto [value, life] : std::vector<row>{
           {"3600", 3600s},
           {R"("3600")", 3600s},
           {R"(" 3600 ")", 3600s},
           {"0", 0s},
           {R"("0")", 0s},
           {"0.9", 900ms},
           {"0.3", 300ms},
           {"0.0009", 0s},
           {"0.0019", 1ms},
           {"3599.9999", 3599999ms},
           {R"("3599.9")", 3599900ms},
           {"1.001", 1001ms},
           {"4.35", 4350ms},
           {"1e3", 1000s},
           {"-1", -1ms},
           {"-0.5", -1ms},
           {"-9223372036854775808", -1ms},
           {"-1e300", -1ms},
           {R"("-3600")", -1ms},
           {"9223372036854775807", stated_seconds_max},
           {"18446744073709551615", stated_seconds_max},
           {"99999999999999999999999", stated_seconds_max},
           {"1e300", stated_seconds_max},
           {R"("1e999")", stated_seconds_max},
           {R"("-1e999")", -1ms},
           {R"("nan")", -1ms},
           {R"("inf")", -1ms},
           {R"("")", -1ms},
           {R"("3600s")", -1ms},
           {R"("0x10")", -1ms},
           {R"("soon")", -1ms},
           {"null", -1ms},
           {"true", -1ms},
           {"[3600]", -1ms},
           {R"({"seconds":3600})", -1ms},
       })
    EXPECT_EQ(parse(200, R"({"access_token":"at","expires_in":)" + std::string{value} + "}").expires_in, life) << value;
}

TEST(token_answer, given_any_retry_after_when_parsed_then_bounded_seconds) {
  auto pause = [](std::string value, std::string date = {}) {
    return parse(503, "", "", std::move(date), std::move(value)).retry_after;
  };
  EXPECT_EQ(pause(""), -1s);
  EXPECT_EQ(pause("0"), 0s);
  EXPECT_EQ(pause("120"), 120s);
  EXPECT_EQ(pause(" 120 "), 120s);
  EXPECT_EQ(pause("99999999999999999999"), stated_seconds_max);
  EXPECT_EQ(pause("-1"), -1s);
  EXPECT_EQ(pause("soon"), -1s);
  EXPECT_EQ(pause("Sun, 06 Nov 1994 08:50:37 GMT", noon), 60s) << "counts from the answer's own date";
  EXPECT_EQ(pause("Sun, 06 Nov 1994 08:48:37 GMT", noon), 0s);
  EXPECT_EQ(pause("Tue, 14 Nov 2023 22:13:30 GMT"), 10s) << "counts from now where there is no date";
  EXPECT_EQ(pause("Fri, 31 Dec 9999 23:59:59 GMT"), -1s);
  EXPECT_EQ(pause("Fri, 31 Dec 2199 23:59:59 GMT"), stated_seconds_max);
}

TEST(token_answer, given_a_date_in_any_of_three_formats_when_parsed_then_the_same) {
  for (const auto* text : {noon, "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"})
    EXPECT_EQ(parse(200, "", "", text).date, wall_time{784111777s}) << text;
  for (const auto* text : {"", "yesterday", "0", "Sun, 99 Nov 1994 99:49:37 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"})
    EXPECT_EQ(parse(200, "", "", text).date, unknown_time) << text;
}

// -- kinds -----------------------------------------------------------------------------------------------------------

TEST(kind_of, given_bodies_when_asked_then_the_content_decides_before_the_type) {
  EXPECT_EQ(kind_of("<!DOCTYPE html><p>Log in to the network</p>", "application/json"), body_kind::html);
  EXPECT_EQ(kind_of("\n <!-- portal --><HTML>", ""), body_kind::html);
  EXPECT_EQ(kind_of("\xEF\xBB\xBF<html>", ""), body_kind::html);
  EXPECT_EQ(kind_of("<?xml version='1.0'?><html xmlns='x'>", "application/xhtml+xml"), body_kind::html);
  EXPECT_EQ(kind_of("<?xml version='1.0'?><error/>", "text/xml"), body_kind::other);
  EXPECT_EQ(kind_of("Please log in", "Text/HTML; charset=utf-8"), body_kind::html);
  EXPECT_EQ(kind_of("", "text/html"), body_kind::empty);
  EXPECT_EQ(kind_of("{\"a\":1}", "text/html"), body_kind::json);
  EXPECT_EQ(kind_of("[1]", ""), body_kind::json);
  EXPECT_EQ(kind_of("{\"a\":1", "text/html"), body_kind::other) << "a cut answer is no portal";
  EXPECT_EQ(kind_of("<", ""), body_kind::other);
  EXPECT_EQ(kind_of("true", "application/json"), body_kind::other);
}

TEST(token_answer, given_a_portal_when_parsed_then_html_at_any_status) {
  for (int status : {200, 403, 511})
    EXPECT_EQ(parse(status, "<html>portal</html>", "application/json").body, body_kind::html);
}

// -- revocation ------------------------------------------------------------------------------------------------------

revocation_answer parse_revoked(delivery how, int status, std::string_view body, std::string error = {}) {
  http_answer from;
  from.how = how;
  from.status = status;
  from.body = body;
  from.error = std::move(error);
  return parse_revocation_answer(std::move(from), authority{}, sent);
}

TEST(revocation_answer, given_any_end_when_parsed_then_success_or_a_reason_without_the_token) {
  EXPECT_TRUE(parse_revoked(delivery::answered, 200, "").revoked);
  EXPECT_TRUE(parse_revoked(delivery::answered, 204, "").revoked);
  EXPECT_EQ(parse_revoked(delivery::answered, 400, R"({"error":"unsupported_token_type"})").message,
            "HTTP 400: unsupported_token_type");
  EXPECT_EQ(parse_revoked(delivery::lost, 200, "", "h: reset").message, "no answer: h: reset");
  EXPECT_FALSE(parse_revoked(delivery::lost, 200, "").revoked);
  EXPECT_EQ(parse_revoked(delivery::unsent, 0, "", "h: refused").message, "not sent: h: refused");
  EXPECT_THAT(parse_revoked(delivery::answered, 400, R"({"error":"rt-sent-5up3rs3cr3t-0123456789"})").message,
              Not(HasSubstr("5up3r")));
}

} // namespace
} // namespace breakwater
