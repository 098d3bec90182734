#include "breakwater/actors/ask.hpp"
#include "breakwater/actors/errors.hpp"
#include "breakwater/actors/start.hpp"
#include "breakwater/tests/integration/real_authority.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

#include <stdlib.h>

using namespace breakwater;
using namespace std::chrono_literals;

namespace {

class temporary_directory {
public:
  temporary_directory() : path_{(std::filesystem::temp_directory_path() / "breakwater-XXXXXX").string()} {
    if (mkdtemp(path_.data()) == nullptr)
      throw std::runtime_error{"no temporary directory"};
  }
  ~temporary_directory() { std::filesystem::remove_all(path_); }
  std::string auth_file() const { return path_ + "/auth.json"; }

private:
  std::string path_;
};

/// One process's worth: an actor system and an auth actor on a file.
class running_program {
public:
  running_program(authority to, std::string auth_file) : system_{config_} {
    auth_config config;
    config.authority = std::move(to);
    config.auth_file = std::move(auth_file);
    auto started = start(system_, std::move(config));
    if (!started)
      throw std::runtime_error{failure_of(started.error()).message};
    service_ = std::make_unique<auth_service>(*started);
  }

  template <class Ask>
  auto ask(Ask question) {
    return breakwater::ask(system_, service_->auth(), std::move(question));
  }
  /// The code of the error that `question` ends with; ec::none if it succeeds.
  template <class Ask>
  ec error_of(Ask question) {
    auto answer = ask(std::move(question)).get();
    return answer ? ec::none : failure_of(answer.error()).code;
  }
  failure reconfigure(authority to) { return service_->reconfigure(std::move(to)); }
  auth_status status() { return *ask(get_status{}).get(); }
  std::string token() {
    auto answer = ask(get_token{}).get();
    return answer ? std::string{(**answer).token.reveal()} : failure_of(answer.error()).message;
  }

private:
  system_config config_;
  caf::actor_system system_;
  std::unique_ptr<auth_service> service_;
};

/// The family's tokens, as a login whose access token is over.
login expired_login(const issued_family& of) {
  credential c;
  c.method = auth_method::oauth;
  c.account.id = "alice";
  c.refresh_token = secret{of.refresh_token};
  c.access_token = secret{of.access_token};
  c.expires_at = std::chrono::system_clock::now() - 1s;
  c.refreshed_at = std::chrono::system_clock::now() - 1h;
  return login{std::move(c)};
}

std::string stored_refresh_token(const temporary_directory& where) {
  return nlohmann::json::parse(std::ifstream{where.auth_file()}).at("tokens").at("refresh_token");
}

struct real : ::testing::Test {
  real_authority server;
  temporary_directory directory;
};

TEST_F(real, given_1000_concurrent_get_token_with_an_expired_token_then_1_request_and_the_family_stays_alive) {
  auto family = server.issue();
  // A lead of half a second over the answer lets all thousand questions meet one flight.
  server.fault(family, {{"delay_ms", 500}});
  running_program program{server.client(), directory.auth_file()};
  ASSERT_EQ(program.error_of(expired_login(family)), ec::none);
  std::vector<decltype(program.ask(get_token{}))> answers;
  for (int i = 0; i < 1000; ++i)
    answers.push_back(program.ask(get_token{}));
  std::string token;
  for (auto& answer : answers) {
    auto got = answer.get();
    ASSERT_TRUE(got) << failure_of(got.error()).message;
    if (token.empty())
      token = (**got).token.reveal();
    EXPECT_EQ((**got).token.reveal(), token);
  }
  auto counts = server.family(family);
  EXPECT_EQ(counts.at("requests"), 1);
  EXPECT_EQ(counts.at("replays"), 0);
  EXPECT_EQ(counts.at("alive"), true);
  EXPECT_TRUE(server.accepts(token));
  EXPECT_TRUE(server.accepts(stored_refresh_token(directory)));
}

TEST_F(real, given_a_token_used_twice_then_it_is_poisoned_and_nothing_more_is_sent_until_a_new_login) {
  auto family = server.issue();
  server.spend(family);
  {
    running_program program{server.client(), directory.auth_file()};
    ASSERT_EQ(program.error_of(expired_login(family)), ec::none);
    EXPECT_EQ(program.error_of(get_token{}), ec::refresh_refused);
    EXPECT_EQ(server.family(family).at("requests"), 2);
    for (int i = 0; i < 100; ++i) {
      EXPECT_EQ(program.error_of(get_token{}), ec::refresh_refused);
      program.ask(get_status{.refresh = true}).get();
    }
    EXPECT_EQ(program.status()->health, auth_health::poisoned);
    EXPECT_EQ(program.status()->method, auth_method::oauth);
  }
  running_program restarted{server.client(), directory.auth_file()};
  EXPECT_EQ(restarted.status()->health, auth_health::poisoned);
  EXPECT_EQ(restarted.error_of(refresh{}), ec::refresh_refused);
  EXPECT_EQ(server.family(family).at("requests"), 2) << "a restart still sends nothing";
  auto second = server.issue();
  ASSERT_EQ(restarted.error_of(expired_login(second)), ec::none);
  EXPECT_TRUE(server.accepts(restarted.token()));
  EXPECT_EQ(restarted.status()->health, auth_health::ok);
  EXPECT_EQ(server.family(second).at("requests"), 1);
}

TEST_F(real, given_a_lost_answer_then_the_token_is_in_doubt_and_not_sent_again) {
  auto family = server.issue();
  server.fault(family, {{"lose", "answer"}});
  auto stored = expired_login(family);
  stored.credential.expires_at = std::chrono::system_clock::now() + 1h;
  running_program program{server.client(), directory.auth_file()};
  ASSERT_EQ(program.error_of(stored), ec::none);
  auto seen = program.status()->generation;
  EXPECT_EQ(program.error_of(refresh{seen}), ec::in_doubt);
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(program.error_of(refresh{seen}), ec::in_doubt);
  EXPECT_EQ(program.token(), family.access_token) << "it stays in use";
  auto counts = server.family(family);
  EXPECT_EQ(counts.at("requests"), 1);
  EXPECT_EQ(counts.at("alive"), true);
}

TEST_F(real, given_503_with_retry_after_then_later_calls_wait_for_it_without_network) {
  auto family = server.issue();
  server.fault(family, {{"status", 503}, {"headers", {{"retry-after", "60"}}}, {"count", 100}});
  running_program program{server.client(), directory.auth_file()};
  ASSERT_EQ(program.error_of(expired_login(family)), ec::none);
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(program.error_of(get_token{}), ec::unavailable);
  EXPECT_EQ(server.family(family).at("requests"), 1);
  EXPECT_EQ(program.status()->health, auth_health::backing_off);
}

TEST_F(real, given_a_logout_then_the_family_is_revoked_and_the_file_is_empty_of_it) {
  auto family = server.issue();
  running_program program{server.client(), directory.auth_file()};
  ASSERT_EQ(program.error_of(expired_login(family)), ec::none);
  auto outcome = program.ask(logout{}).get();
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(outcome->revoking);
  EXPECT_EQ(program.error_of(get_token{}), ec::logged_out);
  // Logout does not wait for the revocation: its end is in the history.
  auto ended = [&] {
    auto told = program.ask(explain{}).get();
    return told && std::any_of(told->entries.begin(), told->entries.end(),
                               [](const history_entry& entry) { return entry.what == "revocation"; });
  };
  auto deadline = std::chrono::steady_clock::now() + 10s;
  while (!ended() && std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(10ms);
  EXPECT_EQ(server.family(family).at("alive"), false);
  EXPECT_FALSE(server.accepts(family.refresh_token));
}

TEST_F(real, given_a_confidential_client_then_its_secret_goes_the_way_it_is_configured) {
  for (auto* way : {"basic", "post"}) {
    SCOPED_TRACE(way);
    temporary_directory own;
    auto family = server.issue(way);
    running_program program{server.client(way), own.auth_file()};
    ASSERT_EQ(program.error_of(expired_login(family)), ec::none);
    EXPECT_TRUE(server.accepts(program.token()));
  }
}

TEST_F(real, given_a_wrong_client_secret_then_misconfigured_and_new_settings_help_without_a_restart) {
  auto family = server.issue("basic");
  auto wrong = server.client("basic");
  wrong.client_secret = secret{"wrong"};
  running_program program{wrong, directory.auth_file()};
  ASSERT_EQ(program.error_of(expired_login(family)), ec::none);
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(program.error_of(get_token{}), ec::misconfigured);
  EXPECT_EQ(program.status()->health, auth_health::misconfigured);
  EXPECT_EQ(server.family(family).at("requests"), 1);
  EXPECT_FALSE(program.reconfigure(server.client("basic")));
  EXPECT_TRUE(server.accepts(program.token()));
  EXPECT_EQ(server.family(family).at("requests"), 2);
}

TEST_F(real, given_https_with_a_trusted_certificate_then_it_refreshes) {
  auto family = server.issue();
  running_program program{server.behind_tls("good"), directory.auth_file()};
  ASSERT_EQ(program.error_of(expired_login(family)), ec::none);
  EXPECT_TRUE(server.accepts(program.token()));
}

TEST_F(real, given_https_with_a_bad_certificate_then_nothing_is_sent_and_nothing_is_lost) {
  for (auto* certificate : {"expired", "wrong_host", "self_signed", "other_ca"}) {
    SCOPED_TRACE(certificate);
    temporary_directory own;
    auto family = server.issue();
    running_program program{server.behind_tls(certificate), own.auth_file()};
    ASSERT_EQ(program.error_of(expired_login(family)), ec::none);
    EXPECT_EQ(program.error_of(get_token{}), ec::unavailable);
    EXPECT_EQ(server.family(family).at("requests"), 0);
    EXPECT_TRUE(server.accepts(stored_refresh_token(own)));
  }
}

TEST_F(real, given_https_without_the_private_ca_then_nothing_is_sent) {
  auto family = server.issue();
  auto settings = server.behind_tls("good");
  settings.ca_bundle.clear();
  running_program program{settings, directory.auth_file()};
  ASSERT_EQ(program.error_of(expired_login(family)), ec::none);
  EXPECT_EQ(program.error_of(get_token{}), ec::unavailable);
  EXPECT_EQ(server.family(family).at("requests"), 0);
}

} // namespace
