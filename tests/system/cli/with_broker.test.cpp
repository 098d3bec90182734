#include <signal.h>

#include "with_authority.hpp"

namespace breakwater::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// The commands with a running broker.
class with_broker : public with_authority {
protected:
  void SetUp() override {
    with_authority::SetUp();
    environment["BREAKWATER_SOCKET"] = socket();
  }

  void TearDown() override {
    if (!broker)
      return;
    broker->send(SIGTERM);
    auto ended = broker->wait();
    outputs += ended.out + ended.err;
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_THAT(outputs, Not(HasSubstr("rt_")));
  }

  void start_broker() {
    broker = std::make_unique<program>(std::vector<std::string>{"serve"}, environment);
    ASSERT_TRUE(broker->says(socket()));
  }

  std::unique_ptr<program> broker;
};

TEST_F(with_broker, given_a_broker_when_commands_are_run_then_it_answers_them) {
  auto grant = log_in();
  start_broker();
  auto status = breakwater({"status"});
  EXPECT_EQ(status.code, 0) << status.err;
  EXPECT_THAT(status.out, HasSubstr("status    ok\n"));
  EXPECT_THAT(status.out,
              HasSubstr("from      the broker on " + socket() + " (process " + std::to_string(broker->id()) + ")\n"));
  EXPECT_EQ(breakwater({"token"}).out, std::string{grant.access_token.reveal()} + '\n');
  EXPECT_EQ(breakwater({"reload"}).out, "unchanged: the broker on " + socket() + " (process " +
                                            std::to_string(broker->id()) + ") had it already\n");
  auto refreshed = breakwater({"refresh"});
  EXPECT_EQ(refreshed.code, 0) << refreshed.err;
  EXPECT_EQ(authority.totals().token_requests, 1u);
  EXPECT_NE(breakwater({"token"}).out, std::string{grant.access_token.reveal()} + '\n');
  EXPECT_THAT(json({"status"})["generation"]["number"].dump(), Not(HasSubstr("null")));
}

TEST_F(with_broker, given_a_new_home_when_nothing_is_configured_then_broker_and_commands_meet) {
  environment.erase("BREAKWATER_SOCKET");
  environment.erase("BREAKWATER_AUTH_FILE");
  broker = std::make_unique<program>(std::vector<std::string>{"serve"}, environment);
  ASSERT_TRUE(broker->says(home / ".breakwater/run/broker.sock"));
  EXPECT_EQ(breakwater({"login", "--broker-only"}, "sk-key-of-alice-1234567890").code, 0);
  EXPECT_THAT(read_text(home / ".codex/auth.json"), HasSubstr("sk-key-of-alice"));
}

TEST_F(with_broker, given_nobody_logged_in_when_logging_in_and_out_then_the_broker_does_it) {
  start_broker();
  EXPECT_EQ(breakwater({"status"}).code, 3);
  EXPECT_EQ(breakwater({"token"}).code, 3);
  auto grant = authority.issue("alice");
  auto login = breakwater({"login"}, tokens_of(grant));
  EXPECT_EQ(login.code, 0) << login.err;
  EXPECT_THAT(login.out, HasSubstr("alice@example.test"));
  EXPECT_EQ(stored_refresh_token(), grant.refresh_token.reveal());
  auto out = json({"logout"});
  EXPECT_EQ(out["wasLoggedIn"], true);
  EXPECT_EQ(out["revoking"], true);
  EXPECT_EQ(breakwater({"status"}).code, 3);
}

TEST_F(with_broker, given_a_refused_refresh_token_when_asked_then_code_and_story_are_those_of_the_store) {
  auto grant = log_in();
  start_broker();
  authority.refuse(grant.family, fake::answer::openai_reused);
  auto refreshed = breakwater({"refresh"});
  EXPECT_EQ(refreshed.code, 4) << refreshed.out;
  EXPECT_EQ(breakwater({"token"}).code, 4);
  EXPECT_EQ(breakwater({"status"}).code, 4);
  EXPECT_EQ(json({"refresh"}, 4)["error"]["reason"], "reused");
  EXPECT_EQ(authority.totals().token_requests, 1u);
  auto explained = breakwater({"explain"});
  EXPECT_THAT(explained.out, StartsWith("You are logged out: the authority refused the refresh token.\n"));
  EXPECT_THAT(explained.out, HasSubstr("  flight_started  "));
  EXPECT_THAT(explained.out, HasSubstr("  poisoned        "));
  EXPECT_EQ(json({"explain"})["status"]["failure"]["reason"], "reused");
}

TEST_F(with_broker, given_an_outage_and_a_lost_answer_when_refreshed_then_the_codes_are_5_and_6) {
  log_in();
  start_broker();
  fake::behavior busy;
  busy.what = fake::answer::unavailable;
  authority.script(busy);
  EXPECT_EQ(breakwater({"refresh"}).code, 5);
  EXPECT_EQ(breakwater({"login"}, tokens_of(authority.issue("bob"))).code, 0);
  fake::behavior lost;
  lost.then = fake::fault::lost_by_reset;
  authority.script(lost);
  EXPECT_EQ(breakwater({"refresh"}).code, 6);
  EXPECT_THAT(breakwater({"explain"}).out, StartsWith("You are logged in, and the refresh token is in doubt.\n"));
}

TEST_F(with_broker, given_a_broker_killed_in_the_middle_of_a_refresh_when_asked_then_6_and_what_is_known) {
  auto grant = log_in();
  start_broker();
  delay_next_answer(std::chrono::milliseconds{600});
  program refreshing{{"refresh"}, environment};
  wait_for_a_request();
  broker->send(SIGKILL);
  EXPECT_EQ(broker->wait().code, -SIGKILL);
  broker.reset();
  auto refreshed = refreshing.wait();
  EXPECT_EQ(refreshed.code, 6);
  EXPECT_EQ(refreshed.out, "");
  EXPECT_THAT(refreshed.err, HasSubstr("went away before it answered"));
  EXPECT_THAT(refreshed.err, HasSubstr("Known: it had noted in the store that the refresh token is about to be sent"));
  EXPECT_THAT(refreshed.err, HasSubstr("the token may be spent"));
  EXPECT_THAT(refreshed.err, HasSubstr("do not simply repeat it"));
  // Nobody sends it again by itself: not this command, and not the next one on the store.
  EXPECT_EQ(breakwater({"refresh"}).code, 6);
  EXPECT_EQ(authority.totals().token_requests, 1u);
  EXPECT_EQ(stored_refresh_token(), grant.refresh_token.reveal());
}

TEST_F(with_broker, given_a_broker_killed_while_a_token_is_refreshed_with_json_when_asked_then_the_error_is_an_object) {
  log_in();
  start_broker();
  delay_next_answer(std::chrono::milliseconds{600});
  program asking{{"token", "--json", "--min-validity", "2h"}, environment};
  wait_for_a_request();
  broker->send(SIGKILL);
  broker->wait();
  broker.reset();
  auto asked = asking.wait();
  EXPECT_EQ(asked.code, 6);
  EXPECT_EQ(nlohmann::json::parse(asked.out, nullptr, false)["error"]["code"], "in_doubt");
}

TEST_F(with_broker, given_a_socket_that_a_dead_broker_left_when_asked_then_the_store_answers) {
  log_in();
  start_broker();
  broker->send(SIGKILL);
  broker->wait();
  broker.reset();
  auto status = breakwater({"status"});
  EXPECT_EQ(status.code, 0) << status.err;
  EXPECT_THAT(status.out, HasSubstr("from      the store " + auth_file() + "\n"));
}

TEST_F(with_broker, given_a_broker_for_another_store_when_asked_then_they_are_not_mixed) {
  log_in();
  start_broker();
  environment["BREAKWATER_AUTH_FILE"] = home / "other.json";
  auto status = breakwater({"status"});
  EXPECT_EQ(status.code, 2);
  EXPECT_THAT(status.err, HasSubstr("keeps the account 'default' in " + auth_file() +
                                    ", and this configuration has it in " + std::string{home / "other.json"}));
  EXPECT_THAT(status.err, HasSubstr("--no-broker"));
  EXPECT_EQ(breakwater({"status", "--broker-only"}).code, 0);
  EXPECT_EQ(breakwater({"status", "--no-broker"}).code, 3);
}

TEST_F(with_broker, given_a_broker_without_the_account_when_asked_then_those_it_has_are_named) {
  start_broker();
  write_text(home / "c.toml", "[account.work]\npath = '" + auth_file() + "'\n");
  auto status = breakwater({"status", "--config", home / "c.toml"});
  EXPECT_EQ(status.code, 2);
  EXPECT_THAT(status.err, HasSubstr("does not hold the account 'work'; it holds: default"));
}

TEST_F(with_broker, given_several_accounts_when_one_is_named_then_the_broker_answers_for_it) {
  write_text(home / "c.toml", "[account.default]\nstore = 'file'\n[account.work]\npath = 'work.json'\n"
                              "token_endpoint = '" +
                                  authority.token_endpoint() + "'\nclient_id = 'test-client'\n");
  environment["BREAKWATER_CONFIG"] = home / "c.toml";
  log_in();
  start_broker();
  EXPECT_EQ(breakwater({"status"}).code, 0);
  EXPECT_EQ(breakwater({"status", "--account", "work"}).code, 3);
  EXPECT_EQ(breakwater({"login", "--account", "work"}, tokens_of(authority.issue("bob"))).code, 0);
  EXPECT_EQ(json({"status", "--account", "work"})["accountId"], "bob");
  EXPECT_EQ(json({"status"})["accountId"], "alice");
}

TEST_F(with_broker, given_a_watch_when_things_change_then_each_change_is_a_line_and_an_interrupt_ends_it_cleanly) {
  start_broker();
  program watching{{"watch"}, environment};
  ASSERT_TRUE(watching.says("logged out"));
  EXPECT_EQ(breakwater({"login"}, tokens_of(authority.issue("alice"))).code, 0);
  ASSERT_TRUE(watching.says("  ok  "));
  delay_next_answer(std::chrono::milliseconds{600});
  EXPECT_EQ(breakwater({"refresh"}).code, 0);
  ASSERT_TRUE(watching.says("  refreshing  "));
  watching.send(SIGINT);
  auto watched = watching.wait();
  EXPECT_EQ(watched.code, 0);
  EXPECT_EQ(watched.err, "");
}

TEST_F(with_broker, given_a_watch_when_the_broker_ends_then_it_is_said_with_exit_code_5) {
  start_broker();
  program watching{{"watch"}, environment};
  ASSERT_TRUE(watching.says("logged out"));
  broker->send(SIGTERM);
  EXPECT_EQ(broker->wait().code, 0);
  broker.reset();
  auto watched = watching.wait();
  EXPECT_EQ(watched.code, 5);
  EXPECT_THAT(watched.err, HasSubstr("went away"));
}

TEST_F(with_broker, given_an_interrupt_while_waiting_when_refreshing_then_the_broker_goes_on) {
  auto grant = log_in();
  start_broker();
  delay_next_answer(std::chrono::milliseconds{600});
  program refreshing{{"refresh"}, environment};
  wait_for_a_request();
  refreshing.send(SIGINT);
  auto refreshed = refreshing.wait();
  EXPECT_EQ(refreshed.code, 130);
  EXPECT_THAT(refreshed.err, HasSubstr("the broker goes on with it"));
  EXPECT_EQ(breakwater({"refresh"}).code, 0); // joins the flight
  EXPECT_NE(stored_refresh_token(), grant.refresh_token.reveal());
  EXPECT_EQ(authority.totals().replays, 0u);
}

TEST_F(with_broker, given_a_hundred_programs_when_they_refresh_then_one_request_is_made) {
  environment.erase("BREAKWATER_FRESH_WINDOW");
  log_in(std::chrono::seconds{-60});
  start_broker();
  std::vector<std::unique_ptr<program>> all;
  for (int i = 0; i < 100; ++i)
    all.push_back(std::make_unique<program>(std::vector<std::string>{"token"}, environment));
  for (auto& each : all) {
    auto token = each->wait();
    EXPECT_EQ(token.code, 0) << token.err;
  }
  EXPECT_EQ(authority.totals().token_requests, 1u);
}

} // namespace
} // namespace breakwater::testing
