#include "breakwater/tools/broker/rpc/message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace breakwater::broker {

namespace {

using testing::HasSubstr;

struct refused_line {
  std::string name;
  std::string line;
  int code;
  /// The id under which it has to be answered.
  std::string id;
};

std::ostream& operator<<(std::ostream& out, const refused_line& one) { return out << one.name; }

std::string nested(size_t depth) {
  return R"({"id":1,"method":"m","params":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
}

class refused_lines : public testing::TestWithParam<refused_line> {};

} // namespace

TEST_P(refused_lines, given_a_line_that_is_no_message_when_parsed_then_it_is_answered) {
  auto m = parse_message(GetParam().line);
  EXPECT_EQ(m.kind, message_kind::broken);
  EXPECT_EQ(m.problem.code, GetParam().code);
  EXPECT_EQ(m.id, GetParam().id);
  EXPECT_FALSE(m.problem.message.empty());
}

INSTANTIATE_TEST_SUITE_P(
    message, refused_lines,
    testing::Values(
        refused_line{"text", "hello", parse_error, "null"}, refused_line{"half", R"({"id":1,)", parse_error, "null"},
        refused_line{"two_values", R"({"id":1,"method":"m"} {})", parse_error, "null"},
        refused_line{"bad_utf8", "{\"id\":1,\"method\":\"\xff\xfe\"}", parse_error, "null"},
        refused_line{"nul_inside", std::string("{\"id\":1,\0\"method\":\"m\"}", 22), parse_error, "null"},
        refused_line{"nul_behind", std::string("{\"id\":1,\"method\":\"m\"}\0x", 23), parse_error, "null"},
        refused_line{"huge_number", R"({"id":1,"method":"m","params":{"x":1e999}})", parse_error, "null"},
        refused_line{"batch", R"([{"id":1,"method":"m"}])", invalid_request, "null"},
        refused_line{"empty_batch", "[]", invalid_request, "null"},
        refused_line{"number", "7", invalid_request, "null"}, refused_line{"string", R"("x")", invalid_request, "null"},
        refused_line{"null", "null", invalid_request, "null"},
        refused_line{"null_id", R"({"id":null,"method":"m"})", invalid_request, "null"},
        refused_line{"fractional_id", R"({"id":1.5,"method":"m"})", invalid_request, "null"},
        refused_line{"huge_id", R"({"id":123456789012345678901234567890,"method":"m"})", invalid_request, "null"},
        refused_line{"object_id", R"({"id":{"a":1},"method":"m"})", invalid_request, "null"},
        refused_line{"array_id", R"({"id":[[1]],"method":"m"})", invalid_request, "null"},
        refused_line{"flag_id", R"({"id":true,"method":"m"})", invalid_request, "null"},
        refused_line{"long_id", R"({"id":")" + std::string(2000, 'a') + R"(","method":"m"})", invalid_request, "null"},
        refused_line{"no_method", R"({"id":1})", invalid_request, "1"},
        refused_line{"nothing", "{}", invalid_request, "null"},
        refused_line{"method_number", R"({"id":"a","method":7})", invalid_request, R"("a")"},
        refused_line{"too_deep", nested(64), invalid_request, "null"},
        refused_line{"open_brackets", std::string(100'000, '['), invalid_request, "null"},
        refused_line{"open_objects",
                     [] {
                       std::string out = R"({"id":1,"params":)";
                       for (int i = 0; i < 100'000; ++i)
                         out += R"({"a":)";
                       return out;
                     }(),
                     invalid_request, "null"}),
    [](const auto& tested) { return tested.param.name; });

TEST(message, given_a_request_when_parsed_then_id_method_and_params_are_there) {
  auto m =
      parse_message(R"({"jsonrpc":"2.0","params":{"a":[1,{"b":true}],"c":"d"},"id":42,"method":"m","extra":[{}]})");
  ASSERT_EQ(m.kind, message_kind::request);
  EXPECT_EQ(m.id, "42");
  EXPECT_EQ(m.method, "m");
  EXPECT_TRUE(m.has_params);
  EXPECT_EQ(m.params.dump(), R"({"a":[1,{"b":true}],"c":"d"})");
}

TEST(message, given_ids_of_all_good_kinds_when_parsed_then_they_come_back_as_they_were) {
  EXPECT_EQ(parse_message(R"({"id":-7,"method":"m"})").id, "-7");
  EXPECT_EQ(parse_message(R"({"id":18446744073709551615,"method":"m"})").id, "18446744073709551615");
  EXPECT_EQ(parse_message(R"({"id":"a\"\\\u0001\u00e9","method":"m"})").id, "\"a\\\"\\\\\\u0001é\"");
  EXPECT_EQ(parse_message(R"({"id":"","method":"m"})").id, R"("")");
}

TEST(message, given_no_id_when_parsed_then_it_is_a_notification) {
  auto m = parse_message(R"({"method":"initialized"})");
  EXPECT_EQ(m.kind, message_kind::notification);
  EXPECT_FALSE(m.has_params);
}

TEST(message, given_a_result_or_an_error_when_parsed_then_it_is_an_answer) {
  auto m = parse_message(R"({"id":3,"result":{"accessToken":"t"}})");
  ASSERT_EQ(m.kind, message_kind::answer);
  EXPECT_EQ(m.result.dump(), R"({"accessToken":"t"})");
  m = parse_message(R"({"id":3,"error":{"code":1,"message":"no"}})");
  ASSERT_EQ(m.kind, message_kind::answer);
  EXPECT_TRUE(m.result.is_null());
}

TEST(message, given_the_deepest_allowed_params_when_parsed_then_they_are_a_request) {
  EXPECT_EQ(parse_message(nested(63)).kind, message_kind::request);
}

TEST(message, given_a_secret_in_a_broken_line_when_parsed_then_the_problem_does_not_quote_it) {
  auto m = parse_message(R"({"id":1,"method":"m","params":{"apiKey":"sk-very-secret"} oops)");
  ASSERT_EQ(m.kind, message_kind::broken);
  EXPECT_THAT(m.problem.message, testing::Not(HasSubstr("secret")));
}

} // namespace breakwater::broker
