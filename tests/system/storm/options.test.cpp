#include "breakwater/tools/storm/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace breakwater::storm {

namespace {

using testing::HasSubstr;
using testing::internal::CaptureStderr;
using testing::internal::CaptureStdout;
using testing::internal::GetCapturedStderr;
using testing::internal::GetCapturedStdout;

parse_result parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "breakwater-storm");
  return parse_options(static_cast<int>(arguments.size()), arguments.data());
}

/// What the program complains of.
std::string complaint(std::vector<const char*> arguments) {
  CaptureStderr();
  CaptureStdout();
  auto parsed = parse(std::move(arguments));
  GetCapturedStdout();
  EXPECT_FALSE(parsed.wanted);
  EXPECT_NE(parsed.exit_code, 0);
  return GetCapturedStderr();
}

} // namespace

TEST(options, given_all_when_parsed_then_every_scenario_under_every_policy) {
  auto wanted = parse({"--scenario", "all"}).wanted;
  ASSERT_TRUE(wanted);
  EXPECT_EQ(wanted->chosen.size(), scenarios().size());
  EXPECT_EQ(wanted->policies.size(), 3u);
  EXPECT_EQ(wanted->storm.callers, 200u);
}

TEST(options, given_repeated_names_when_parsed_then_each_once_and_in_the_order_of_the_table) {
  auto wanted = parse({"--scenario", "lost-answer", "--scenario", "rotation", "--scenario", "lost-answer", "--policy",
                       "breakwater", "--policy", "naive"})
                    .wanted;
  ASSERT_TRUE(wanted);
  ASSERT_EQ(wanted->chosen.size(), 2u);
  EXPECT_EQ(wanted->chosen[0]->name, "rotation");
  EXPECT_EQ(wanted->policies, (std::vector{policy_kind::naive, policy_kind::breakwater}));
}

TEST(options, given_numbers_when_parsed_then_they_arrive) {
  auto wanted = parse({"--scenario", "all", "--callers", "7", "--duration", "1.5", "--rate", "2", "--seed", "9",
                       "--delay", "20", "--ask", "token", "--json", "a", "--report", "b"})
                    .wanted;
  ASSERT_TRUE(wanted);
  EXPECT_EQ(wanted->storm.callers, 7u);
  EXPECT_EQ(wanted->storm.time, std::chrono::milliseconds{1500});
  EXPECT_EQ(wanted->storm.rate, 2);
  EXPECT_EQ(wanted->storm.seed, 9u);
  EXPECT_EQ(wanted->storm.delay, std::chrono::milliseconds{20});
  EXPECT_EQ(wanted->storm.mix, ask_mix::token);
  EXPECT_EQ(wanted->json_file, "a");
  EXPECT_EQ(wanted->report_file, "b");
}

TEST(options, given_processes_when_parsed_then_no_scenario_is_needed) {
  auto wanted = parse({"--processes", "4"}).wanted;
  ASSERT_TRUE(wanted);
  EXPECT_EQ(wanted->processes, 4u);
  EXPECT_TRUE(wanted->chosen.empty());
  EXPECT_EQ(wanted->policies.size(), 3u);
  EXPECT_EQ(parse({"--scenario", "rotation"}).wanted->processes, 0u);
}

TEST(options, given_bad_input_when_parsed_then_the_error_names_the_option) {
  EXPECT_THAT(complaint({}), HasSubstr("--scenario: is required, or --processes"));
  EXPECT_THAT(complaint({"--scenario", "nonsense"}), HasSubstr("--scenario: 'nonsense' is none of: all, rotation"));
  EXPECT_THAT(complaint({"--scenario", "all", "--policy", "x"}), HasSubstr("--policy: 'x' is none of: naive"));
  EXPECT_THAT(complaint({"--scenario", "all", "--callers", "0"}), HasSubstr("--callers"));
  EXPECT_THAT(complaint({"--scenario", "all", "--callers", "many"}), HasSubstr("--callers"));
  EXPECT_THAT(complaint({"--scenario", "all", "--duration", "-1"}), HasSubstr("--duration"));
  EXPECT_THAT(complaint({"--scenario", "all", "--ask", "x"}), HasSubstr("--ask: 'x' is none of"));
  EXPECT_THAT(complaint({"--scenario", "all", "--bogus"}), HasSubstr("--bogus"));
  EXPECT_THAT(complaint({"--processes", "1"}), HasSubstr("--processes: Value 1 not in range 2 to 64"));
  EXPECT_THAT(complaint({"--processes", "65"}), HasSubstr("--processes"));
  EXPECT_THAT(complaint({"--processes", "some"}), HasSubstr("--processes"));
  EXPECT_THAT(complaint({"--processes", "8", "--callers", "7"}), HasSubstr("--processes: more than --callers"));
  EXPECT_THAT(complaint({"--scenario", "all", "--callers", "10000", "--rate", "100", "--duration", "300"}),
              HasSubstr("--duration"));
}

TEST(options, given_help_when_parsed_then_scenarios_and_examples_are_shown) {
  CaptureStdout();
  auto parsed = parse({"--help"});
  auto text = GetCapturedStdout();
  EXPECT_FALSE(parsed.wanted);
  EXPECT_EQ(parsed.exit_code, 0);
  for (const auto& each : scenarios())
    EXPECT_THAT(text, HasSubstr(std::string{each.name}));
  EXPECT_THAT(text, HasSubstr("EXAMPLES"));
}

} // namespace breakwater::storm
