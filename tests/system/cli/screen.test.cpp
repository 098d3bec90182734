#include "breakwater/tools/broker/cli/screen.hpp"

#include "breakwater/tools/broker/cli/config_text.hpp"
#include "breakwater/tools/broker/cli/status_text.hpp"

#include <gmock/gmock.h>

#include <cstdlib>

#include <time.h>

namespace breakwater::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const auto now = wall_time{std::chrono::seconds{1'795'454'829}}; // 2026-11-23 17:27:09 UTC

class screen_text : public ::testing::Test {
protected:
  screen_text() {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
  }
};

TEST_F(screen_text, given_wishes_and_terminals_when_asked_then_colour_is_for_those_who_can) {
  struct {
    colour_question asked;
    bool colour;
  } const rows[] = {
      {{"auto", true, "xterm", false}, true},  {{"auto", false, "xterm", false}, false},
      {{"auto", true, "dumb", false}, false},  {{"auto", true, "xterm", true}, false},
      {{"always", false, "dumb", true}, true}, {{"never", true, "xterm", false}, false},
  };
  for (const auto& row : rows)
    EXPECT_EQ(wants_colour(row.asked), row.colour) << row.asked.wanted << row.asked.term;
}

TEST_F(screen_text, given_a_long_text_when_folded_then_no_line_is_longer_and_no_word_is_lost) {
  EXPECT_EQ(folded("one two three four", 9, ""), "one two\nthree\nfour\n");
  EXPECT_EQ(folded("one  two", 80, "  "), "  one two\n");
  EXPECT_EQ(folded("unbreakable", 3, ""), "unbreakable\n");
  EXPECT_EQ(folded("", 3, ""), "");
}

TEST_F(screen_text, given_a_trouble_when_rendered_then_it_says_what_happened_means_and_to_do) {
  trouble why;
  why.code = ec::unavailable;
  why.what = "the authority answered 503";
  why.retry_after = now + std::chrono::seconds{30};
  EXPECT_EQ(render_trouble(why, {}, now), "breakwater: the authority answered 503\n"
                                          "  means:  the login itself is not in question\n"
                                          "  to do:  try again later\n"
                                          "  not before: 2026-11-23 17:27:39 UTC (in 30 s)\n");
  EXPECT_THAT(render_trouble(why, {true}, now), HasSubstr("\033[31mbreakwater: \033[0m"));
  why.what = "a\033[2Jb\nc";
  EXPECT_THAT(render_trouble(why, {}, now), HasSubstr("breakwater: a?[2Jb?c\n"));
}

TEST_F(screen_text, given_a_trouble_when_it_is_json_then_it_has_the_exit_code_too) {
  trouble why;
  why.code = ec::refresh_refused;
  why.what = "refused";
  why.reason = refusal::reused;
  auto error = trouble_to_json(why)["error"];
  EXPECT_EQ(error["code"], "refresh_refused");
  EXPECT_EQ(error["reason"], "reused");
  EXPECT_EQ(error["exit"], 4);
  EXPECT_FALSE(error.contains("retryAfter"));
}

TEST_F(screen_text, given_a_status_when_rendered_then_it_is_short_and_whole) {
  status_fields status;
  status.method = auth_method::oauth;
  status.account = {"7", "alice@example.com", "pro"};
  status.expires_at = now + std::chrono::minutes{90};
  status.token = secret{"never-shown"};
  EXPECT_EQ(render_status("work", status, "the store /a", {}, now),
            "account   work: alice@example.com (account 7, plan pro)\n"
            "status    ok\n"
            "login     OAuth tokens\n"
            "token     valid until 2026-11-23 18:57:09 UTC (in 1 h 30 min)\n"
            "from      the store /a\n");
  EXPECT_EQ(render_status("work", {}, "the store /a", {}, now), "account   work\n"
                                                                "status    logged out\n"
                                                                "from      the store /a\n");
  EXPECT_EQ(render_change(status, {}, now),
            "2026-11-23 17:27:09 UTC  ok             token valid until 2026-11-23 18:57:09 UTC (in 1 h 30 min)\n");
}

TEST_F(screen_text, given_each_health_when_rendered_then_it_has_a_word_and_a_failure_its_reason) {
  status_fields status;
  status.method = auth_method::oauth;
  status.failure = {ec::refresh_refused, refusal::reused, "said\nso", now - std::chrono::hours{1}};
  for (auto [health, word] :
       {std::pair{auth_health::ok, "ok"}, std::pair{auth_health::refreshing, "refreshing"},
        std::pair{auth_health::backing_off, "backing off"}, std::pair{auth_health::in_doubt, "in doubt"},
        std::pair{auth_health::unsaved, "not saved"}, std::pair{auth_health::misconfigured, "misconfigured"},
        std::pair{auth_health::poisoned, "refused"}}) {
    status.health = health;
    auto text = render_status("work", status, "x", {}, now);
    EXPECT_THAT(text, HasSubstr(std::string{"status    "} + word + "\n"));
    EXPECT_THAT(text, HasSubstr("failure   refresh_refused (reused): said?so\n"));
    EXPECT_THAT(text, HasSubstr("since     2026-11-23 16:27:09 UTC (1 h ago)\n"));
    EXPECT_THAT(text, Not(HasSubstr("\033")));
  }
}

TEST_F(screen_text, given_settings_when_rendered_then_value_and_origin_stand_side_by_side) {
  broker::config_sources from;
  from.variable = [](const std::string& name) -> std::optional<std::string> {
    return name == "HOME" ? std::optional<std::string>{"/home/me"} : std::nullopt;
  };
  from.file_path = "/c.toml";
  from.file_text = "[broker]\nuse = 'never'\n[account.work]\nscopes = ['a', 'b']\n";
  auto made = broker::make_settings(from);
  ASSERT_TRUE(made.problems.empty());
  auto text = render_settings(made.found, {});
  EXPECT_THAT(text, HasSubstr("# /c.toml\n"));
  EXPECT_THAT(text, ::testing::ContainsRegex("broker.use +never +/c.toml:2\n"));
  EXPECT_THAT(text, ::testing::ContainsRegex("account.work.scopes +a b +/c.toml:4\n"));
  EXPECT_THAT(text, ::testing::ContainsRegex("broker.metrics +- +default\n"));
  auto json = settings_to_json(made.found);
  EXPECT_EQ(json["values"]["broker.use"]["value"], "never");
  EXPECT_EQ(json["values"]["broker.use"]["from"]["kind"], "file");
  EXPECT_EQ(json["values"]["broker.use"]["from"]["where"], "/c.toml:2");
  EXPECT_TRUE(json["values"]["broker.metrics"]["value"].is_null());
  EXPECT_EQ(json["account"], "work");
  EXPECT_EQ(render_problems({{"/c.toml:2", "x is wrong"}}, {}), "breakwater: /c.toml:2: x is wrong\n");
}

} // namespace
} // namespace breakwater::cli
