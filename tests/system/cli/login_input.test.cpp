#include "breakwater/tools/broker/cli/login_input.hpp"

#include <gmock/gmock.h>

namespace breakwater::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const auto now = wall_time{std::chrono::hours{500'000}};

TEST(login_input, given_one_line_when_read_then_it_is_an_api_key) {
  auto read = parse_login_input("  sk-key-of-alice\r\n", now);
  ASSERT_FALSE(read.error) << read.error.message;
  EXPECT_EQ(read.found.method, auth_method::api_key);
  EXPECT_EQ(read.found.api_key.reveal(), "sk-key-of-alice");
}

TEST(login_input, given_a_token_endpoints_answer_when_read_then_all_its_tokens_are_taken) {
  auto read =
      parse_login_input(R"({"access_token":"a","refresh_token":"r","id_token":"i","expires_in":60,"x":1})", now);
  ASSERT_FALSE(read.error) << read.error.message;
  EXPECT_EQ(read.found.method, auth_method::oauth);
  EXPECT_EQ(read.found.access_token.reveal(), "a");
  EXPECT_EQ(read.found.refresh_token.reveal(), "r");
  EXPECT_EQ(read.found.id_token.reveal(), "i");
  EXPECT_EQ(read.found.expires_at, now + std::chrono::minutes{1});
}

TEST(login_input, given_camel_case_or_nested_tokens_when_read_then_they_are_the_same) {
  for (
      const auto* text :
      {R"({"accessToken":"a","refreshToken":"r","accountId":"7"})",
       R"({"tokens":{"access_token":"a","refresh_token":"r","account_id":"7"}})",
       R"({"OPENAI_API_KEY":null,"tokens":{"access_token":"a","refresh_token":"r","account_id":"7","id_token":""}})"}) {
    auto read = parse_login_input(text, now);
    ASSERT_FALSE(read.error) << text << read.error.message;
    EXPECT_EQ(read.found.access_token.reveal(), "a");
    EXPECT_EQ(read.found.refresh_token.reveal(), "r");
    EXPECT_EQ(read.found.account.id, "7");
  }
}

TEST(login_input, given_an_auth_file_with_a_key_when_read_then_it_is_that_key) {
  auto read = parse_login_input(R"({"OPENAI_API_KEY":"sk-key-of-alice"})", now);
  ASSERT_FALSE(read.error) << read.error.message;
  EXPECT_EQ(read.found.method, auth_method::api_key);
}

TEST(login_input, given_anything_else_when_read_then_it_is_refused_and_not_quoted) {
  for (const auto* text :
       {"", " \n", "two hush words", "hush-line\nhush-line", "{hush", "{\"hush\":1}", "{\"access_token\":7}",
        "{\"tokens\":{}}", "{\"tokens\":\"hush\"}", "{\"auth_mode\":\"hush\"}", "{\"OPENAI_API_KEY\":null}", "h\x01ush",
        "{\"access_token\":\"\",\"refresh_token\":\"\"}"}) {
    auto read = parse_login_input(text, now);
    EXPECT_EQ(read.error.code, ec::invalid_request) << text;
    EXPECT_THAT(read.error.message, Not(HasSubstr("hush"))) << text;
  }
}

} // namespace
} // namespace breakwater::cli
