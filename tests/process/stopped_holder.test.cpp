#include "breakwater/messages/token_hash.hpp"
#include "breakwater/tests/process/fleet.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

/// A process that is stopped with SIGSTOP in the middle of a refresh, holding the lease. Nobody can know whether it
/// will ever go on.
namespace breakwater::testing {

namespace {

using std::chrono::seconds;

constexpr milliseconds lease_wait_max{500};
/// How long the authority keeps the answer: time enough to stop its client, on a slow machine too.
constexpr milliseconds held_answer{1'000};

/// Where in its refresh the process is stopped.
enum class moment_of_stop {
  in_request,    ///< the authority has the request and keeps the answer
  before_commit, ///< the answer has arrived and is not written yet
};

/// The lock that all writers of the file take first, held by us as by another client: who waits for it holds no other.
class held_write_lock {
public:
  explicit held_write_lock(const std::string& path) : fd_{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)} {
    is_held_ = eventually([&] { return ::flock(fd_, LOCK_EX | LOCK_NB) == 0; });
  }
  ~held_write_lock() { ::close(fd_); }
  held_write_lock(const held_write_lock&) = delete;
  bool is_held() const { return is_held_; }

private:
  int fd_;
  bool is_held_;
};

fleet_settings patient(bool with_grace) {
  fleet_settings settings;
  settings.arguments = {"--lease-wait-max", std::to_string(lease_wait_max.count()),
                        "--total-timeout",  "30000",
                        "--settle",         "2000",
                        "--backoff-min",    "100"};
  if (with_grace) {
    settings.authority.on_reuse = fake::reuse::grace;
    settings.authority.grace = seconds{120};
    settings.arguments.insert(settings.arguments.end(), {"--replay-grace", "120"});
  }
  return settings;
}

class stopped_holder : public ::testing::TestWithParam<moment_of_stop> {
protected:
  /// Two processes with a valid login; the first is stopped in its refresh.
  void stop_the_first(bool with_grace = false) {
    settings_ = patient(with_grace);
    all_.emplace(settings_);
    family_ = all().log_in();
    all().start_all(2, {"--revocation-endpoint", all().authority().revocation_endpoint()});
    ASSERT_TRUE(all().are_ready());
    fake::behavior slow;
    slow.delay = held_answer;
    all().authority().script(slow);
    first_ = all().stored().found.credential;
    refresh_id_ = refresh(0);
    ASSERT_TRUE(eventually([&] { return all().authority().totals().token_requests == 1; }));
    if (GetParam() == moment_of_stop::before_commit) {
      held_write_lock busy{all().home() / "auth.lock"};
      ASSERT_TRUE(busy.is_held());
      std::this_thread::sleep_for(held_answer + milliseconds{300}); // its write waits for us now
      all()[0].signal(SIGSTOP);
    } else {
      all()[0].signal(SIGSTOP);
    }
  }

  void go_on() { all()[0].signal(SIGCONT); }

  fleet& all() { return *all_; }

  /// A refresh that only a newer token satisfies.
  int refresh(size_t index) {
    auto status = all()[index].ask(command("status"));
    return all()[index].tell({{"do", "refresh"}, {"observed", status["generation"]}});
  }

  nlohmann::json answer_of_the_first() {
    auto answers = all()[0].answers_to(refresh_id_);
    return answers.empty() ? nlohmann::json::object() : answers[0];
  }

  std::string stored_refresh_token() { return std::string{all().stored().found.credential.refresh_token.reveal()}; }

  /// The first process holds what the file holds, and rests.
  bool is_at_peace_with(const secret& access_token) {
    return eventually([&] {
      auto status = all()[0].ask({{"do", "status"}, {"token", true}});
      return status.value("token", "") == std::string{access_token.reveal()} && status.value("health", "") == "ok";
    });
  }

  /// Nothing comes later: a refresh of the first finds the lease free and its own credential in the file.
  void expect_a_working_fleet() {
    auto before = all().authority().totals().token_requests;
    auto answer = all()[0].answers_to(refresh(0));
    ASSERT_EQ(answer.size(), 1u);
    EXPECT_FALSE(answer[0].contains("error")) << answer;
    EXPECT_EQ(all().authority().totals().token_requests, before + 1);
    EXPECT_TRUE(all().authority().is_current(all().stored().found.credential.refresh_token));
    all().finish_all();
  }

  fleet_settings settings_;
  std::optional<fleet> all_;
  credential first_;
  uint64_t family_ = 0;
  int refresh_id_ = 0;
};

TEST_P(stopped_holder, given_nothing_else_happens_when_it_goes_on_then_others_were_told_busy_and_it_saves) {
  stop_the_first();
  auto began = std::chrono::steady_clock::now();
  auto id = refresh(1);
  // While that waits for the lease, reads are answered: the status, and the token that is still good.
  auto status = all()[1].ask({{"do", "status"}, {"token", true}});
  EXPECT_EQ(status.value("token", ""), std::string{first_.access_token.reveal()});
  EXPECT_EQ(all()[1].ask(command("token")).value("token", ""), std::string{first_.access_token.reveal()});
  auto busy = all()[1].answers_to(id);
  auto waited = std::chrono::steady_clock::now() - began;
  ASSERT_EQ(busy.size(), 1u);
  EXPECT_EQ(busy[0].value("error", ""), "store_busy") << busy;
  EXPECT_GE(waited, lease_wait_max);
  EXPECT_LT(waited, lease_wait_max + seconds{10});
  EXPECT_EQ(all()[1].ask(command("token")).value("token", ""), std::string{first_.access_token.reveal()});
  EXPECT_EQ(all().authority().totals().token_requests, 1u);

  go_on();
  EXPECT_FALSE(answer_of_the_first().contains("error"));
  auto stored = all().stored().found.credential;
  EXPECT_NE(stored.refresh_token, first_.refresh_token);
  EXPECT_TRUE(is_at_peace_with(stored.access_token));
  EXPECT_TRUE(all().authority().is_current(stored.refresh_token));
  EXPECT_EQ(all().authority().totals().token_requests, 1u);
  expect_a_working_fleet();
  EXPECT_EQ(all().authority().totals().replays, 0u);
}

TEST_P(stopped_holder, given_a_login_meanwhile_when_it_goes_on_then_its_late_answer_changes_nothing) {
  stop_the_first();
  auto grant = all().authority().issue(fleet_account);
  EXPECT_EQ(all()[1].ask(login_command(grant)).value("health", ""), "ok") << "a login waits for no lease";
  go_on();
  EXPECT_TRUE(is_at_peace_with(grant.access_token)) << all()[0].ask(command("status"));
  EXPECT_EQ(stored_refresh_token(), grant.refresh_token.reveal());
  EXPECT_TRUE(all().authority().is_alive(grant.family));
  EXPECT_EQ(all().authority().totals().token_requests, 1u);
  expect_a_working_fleet();
  EXPECT_EQ(all().authority().totals().replays, 0u);
}

TEST_P(stopped_holder, given_a_login_to_another_account_meanwhile_when_it_goes_on_then_nothing_is_mixed) {
  stop_the_first();
  auto grant = all().authority().issue("bob");
  EXPECT_EQ(all()[1].ask(login_command(grant)).value("health", ""), "ok");
  go_on();
  EXPECT_EQ(answer_of_the_first().value("error", ""), "account_changed");
  EXPECT_EQ(stored_refresh_token(), grant.refresh_token.reveal());
  EXPECT_TRUE(eventually([&] { return all().authority().totals().revocations == 1; })) << "the late tokens are revoked";
  EXPECT_FALSE(all().authority().is_alive(family_));
  EXPECT_TRUE(all().authority().is_alive(grant.family));
  EXPECT_EQ(all()[0].ask(command("status")).value("account", ""), fleet_account) << "only a reload switches";
  EXPECT_EQ(all()[0].ask(command("reload")).value("outcome", ""), "changed");
  EXPECT_EQ(all()[0].ask(command("status")).value("account", ""), "bob");
  expect_a_working_fleet();
}

TEST_P(stopped_holder, given_a_logout_meanwhile_when_it_goes_on_then_nothing_is_written_back) {
  stop_the_first();
  EXPECT_TRUE(all()[1].ask(command("logout")).value("was_logged_in", false));
  EXPECT_FALSE(std::filesystem::exists(all().file()));
  go_on();
  EXPECT_EQ(answer_of_the_first().value("error", ""), "account_changed");
  EXPECT_TRUE(eventually([&] { return all().authority().totals().revocations == 2; }))
      << "the logout's, and that of the late tokens";
  EXPECT_FALSE(all().authority().is_alive(family_));
  EXPECT_FALSE(std::filesystem::exists(all().file()));
  EXPECT_EQ(all()[0].ask(command("reload")).value("outcome", ""), "logged_out");
  EXPECT_EQ(all().authority().totals().token_requests, 1u);
  all().finish_all();
  EXPECT_FALSE(std::filesystem::exists(all().file()));
}

TEST_P(stopped_holder,
       given_its_lock_file_is_deleted_and_another_refreshes_when_it_goes_on_then_the_newer_token_stays) {
  stop_the_first(true);
  ASSERT_TRUE(std::filesystem::remove(all().file() + ".breakwater-lease"));
  // The intent is there, so the other takes the token for one in doubt: the documented grace lets it try again.
  EXPECT_TRUE(eventually([&] {
    auto answers = all()[1].answers_to(refresh(1));
    return answers.size() == 1 && !answers[0].contains("error");
  }));
  auto again = all()[1].answers_to(refresh(1));
  ASSERT_EQ(again.size(), 1u);
  EXPECT_FALSE(again[0].contains("error")) << again;
  auto newest = all().stored().found.credential;
  EXPECT_EQ(all().authority().totals().token_requests, 3u);

  go_on();
  EXPECT_TRUE(is_at_peace_with(newest.access_token)) << all()[0].ask({{"do", "status"}, {"token", true}});
  EXPECT_EQ(stored_refresh_token(), newest.refresh_token.reveal());
  EXPECT_TRUE(all().authority().is_alive(family_));
  auto counted = all().authority().totals();
  EXPECT_EQ(counted.token_requests, 3u);
  EXPECT_EQ(counted.replays, 1u);
  EXPECT_EQ(counted.replays_in_grace, 1u);
  expect_a_working_fleet();
}

INSTANTIATE_TEST_SUITE_P(stopped, stopped_holder,
                         ::testing::Values(moment_of_stop::in_request, moment_of_stop::before_commit),
                         [](const auto& which) {
                           return which.param == moment_of_stop::in_request ? "in_its_request" : "before_its_commit";
                         });

} // namespace

} // namespace breakwater::testing
