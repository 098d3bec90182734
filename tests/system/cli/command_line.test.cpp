#include "breakwater/tools/broker/cli/command_line.hpp"

#include <gmock/gmock.h>

namespace breakwater::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::vector<const char*> with_program(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "breakwater");
  return arguments;
}

parsed_command_line parse(std::vector<const char*> arguments) {
  auto all = with_program(std::move(arguments));
  return parse_command_line(static_cast<int>(all.size()), all.data());
}

bool is_secret(std::vector<const char*> arguments) {
  auto all = with_program(std::move(arguments));
  return has_secret_argument(static_cast<int>(all.size()), all.data());
}

TEST(command_line, given_each_command_when_parsed_then_it_is_meant) {
  const std::pair<const char*, command> all[] = {
      {"status", command::status},   {"token", command::token},           {"header", command::header},
      {"refresh", command::refresh}, {"reload", command::reload},         {"login", command::login},
      {"logout", command::logout},   {"explain", command::explain},       {"watch", command::watch},
      {"config", command::config},   {"app-server", command::app_server}, {"serve", command::serve}};
  for (auto [name, meant] : all) {
    auto parsed = parse({name});
    ASSERT_TRUE(parsed.wanted) << name << parsed.output;
    EXPECT_EQ(parsed.wanted->what, meant) << name;
    auto help = parse({name, "--help"});
    EXPECT_EQ(help.exit_code, 0);
    EXPECT_THAT(help.output, HasSubstr("EXAMPLES")) << name;
  }
}

TEST(command_line, given_global_flags_before_or_after_the_command_when_parsed_then_they_are_settings) {
  for (auto arguments :
       {std::vector<const char*>{"--account", "work", "--socket=/s", "--no-broker", "--json", "status"},
        std::vector<const char*>{"status", "--account", "work", "--socket=/s", "--no-broker", "--json"}}) {
    auto parsed = parse(arguments);
    ASSERT_TRUE(parsed.wanted) << parsed.output;
    EXPECT_TRUE(parsed.wanted->json);
    std::map<std::string, std::string> given;
    for (const auto& each : parsed.wanted->settings)
      given[each.name] = each.value;
    EXPECT_EQ(given, (std::map<std::string, std::string>{
                         {"default_account", "work"}, {"broker.socket", "/s"}, {"broker.use", "never"}}));
  }
}

TEST(command_line, given_set_flags_when_parsed_then_each_is_a_setting) {
  auto parsed = parse({"--set", "policy.early_window=10m", "--set", "broker.use=always", "status"});
  ASSERT_TRUE(parsed.wanted) << parsed.output;
  ASSERT_EQ(parsed.wanted->settings.size(), 2u);
  EXPECT_EQ(parsed.wanted->settings[0].name, "policy.early_window");
  EXPECT_EQ(parsed.wanted->settings[0].value, "10m");
}

TEST(command_line, given_durations_when_parsed_then_they_are_read_or_refused) {
  auto parsed = parse({"token", "--min-validity", "1m30s", "--wait", "5s"});
  ASSERT_TRUE(parsed.wanted) << parsed.output;
  EXPECT_EQ(parsed.wanted->min_validity, std::chrono::seconds{90});
  EXPECT_EQ(parsed.wanted->wait_max, std::chrono::seconds{5});
  parsed = parse({"token", "--min-validity", "5"});
  EXPECT_EQ(parsed.exit_code, 2);
  EXPECT_THAT(parsed.output, HasSubstr("write 30s, 5m or 1h30m"));
}

TEST(command_line, given_mistakes_when_parsed_then_the_exit_code_is_2_and_help_is_named) {
  for (auto arguments : {std::vector<const char*>{},
                         {"sttus"},
                         {"status", "--jsn"},
                         {"--no-broker", "--broker-only", "status"},
                         {"token", "status"},
                         {"--set", "x", "status"},
                         {"logout", "--from", "x"}}) {
    auto parsed = parse(arguments);
    EXPECT_FALSE(parsed.wanted);
    EXPECT_EQ(parsed.exit_code, 2);
    EXPECT_THAT(parsed.output, HasSubstr("--help"));
  }
  EXPECT_THAT(parse({"sttus"}).output, HasSubstr("there is no command 'sttus'; did you mean 'status'?"));
}

TEST(command_line, given_help_or_version_when_parsed_then_it_is_output_and_no_mistake) {
  EXPECT_EQ(parse({"--help"}).exit_code, 0);
  EXPECT_THAT(parse({"--help"}).output, HasSubstr("EXIT STATUS"));
  EXPECT_THAT(parse({"--version"}).output, StartsWith("breakwater "));
}

TEST(command_line, given_a_login_with_a_secret_when_checked_then_it_is_one) {
  for (auto arguments : {std::vector<const char*>{"login", "sk-1"},
                         {"--account", "work", "login", "sk-1"},
                         {"login", "--json", "sk-1"},
                         {"login", "--api-key", "sk-1"},
                         {"login", "--api-key=sk-1"},
                         {"login", "--token=sk-1"},
                         {"login", "--refresh-token", "rt"},
                         {"login", "--from", "a.json", "sk-1"}})
    EXPECT_TRUE(is_secret(arguments)) << arguments.back();
  for (auto arguments : {std::vector<const char*>{"login"},
                         {"login", "--from", "a.json"},
                         {"login", "--from=a.json", "--json"},
                         {"login", "--account", "work"},
                         {"status", "sk-1"},
                         {"token", "--min-validity", "5m"},
                         {"--account", "login", "status", "x"},
                         {}})
    EXPECT_FALSE(is_secret(arguments)) << (arguments.empty() ? "" : arguments.back());
}

TEST(command_line, given_a_word_that_looks_like_a_secret_when_refused_then_it_is_not_repeated) {
  const auto* secret = "sk-abcdefghijklmnop0123456789";
  for (auto arguments : {std::vector<const char*>{secret},
                         {"status", secret},
                         {"--token", secret, "status"},
                         {"--set", secret, "status"},
                         {"token", "--min-validity", secret}}) {
    auto parsed = parse(arguments);
    EXPECT_EQ(parsed.exit_code, 2);
    EXPECT_THAT(parsed.output, Not(HasSubstr("abcdefghijklmnop")));
  }
  EXPECT_THAT(text_on_secret_arguments(), HasSubstr("standard input"));
}

} // namespace
} // namespace breakwater::cli
