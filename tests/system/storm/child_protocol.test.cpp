#include "breakwater/tools/storm/child_protocol.hpp"

#include <gtest/gtest.h>

namespace breakwater::storm {

namespace {

child_settings some_settings() {
  child_settings made;
  made.policy = policy_kind::serial;
  made.auth_file = "/tmp/a \"b\"/auth.json";
  made.token_endpoint = "http://127.0.0.1:1/oauth/token";
  made.storm.callers = 7;
  made.storm.time = std::chrono::milliseconds{250};
  made.storm.rate = 2.5;
  made.storm.mix = ask_mix::token;
  made.storm.delay = std::chrono::milliseconds{60};
  made.storm.seed = uint64_t{1} << 53;
  return made;
}

} // namespace

TEST(child_protocol, given_settings_when_rendered_and_parsed_then_the_same) {
  auto line = render(some_settings());
  EXPECT_EQ(line.find('\n'), line.size() - 1) << "one line";
  auto parsed = parse_child_settings(line);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(render(*parsed), line);
  EXPECT_EQ(parsed->policy, policy_kind::serial);
  EXPECT_EQ(parsed->auth_file, some_settings().auth_file);
  EXPECT_EQ(parsed->storm.mix, ask_mix::token);
  EXPECT_EQ(parsed->storm.seed, uint64_t{1} << 53);
}

TEST(child_protocol, given_a_message_when_rendered_and_parsed_then_the_same) {
  child_message message;
  message.asked = 3;
  message.answered = 2;
  steady_instant asked{std::chrono::nanoseconds{1'234'567'890'123}};
  message.callers.emplace();
  message.callers->push_back({sample{ask_kind::token, true, true, asked, asked + std::chrono::milliseconds{5}},
                              sample{ask_kind::status, false, false, asked, {}}});
  message.callers->push_back({});
  auto parsed = parse_child_message(render(message));
  ASSERT_TRUE(parsed && parsed->callers);
  EXPECT_EQ(render(*parsed), render(message));
  ASSERT_EQ(parsed->callers->size(), 2u);
  const auto& first = (*parsed->callers)[0][0];
  EXPECT_EQ(first.kind, ask_kind::token);
  EXPECT_TRUE(first.answered && first.got_token);
  EXPECT_EQ(first.answered_at - first.asked_at, std::chrono::milliseconds{5});
  EXPECT_FALSE((*parsed->callers)[0][1].answered);
}

TEST(child_protocol, given_what_is_no_line_of_it_when_parsed_then_nothing) {
  auto whole = render(some_settings());
  for (const auto& line : {std::string{}, std::string{"[]"}, std::string{"{}"}, whole.substr(0, whole.size() / 2),
                           std::string{R"({"policy":"greedy"})"}})
    EXPECT_FALSE(parse_child_settings(line)) << line;
  for (const auto* line : {"", "5", "{}", R"({"problem":"","asked":1,"answered":1,"callers":5})",
                           R"({"problem":"","asked":1,"answered":1,"callers":[[[1,2]]]})"})
    EXPECT_FALSE(parse_child_message(line)) << line;
}

} // namespace breakwater::storm
