#include "breakwater/tests/fault/crash_sweep.hpp"

#include "breakwater/tests/fault/traced_thread.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

namespace breakwater::testing {

namespace {

using json = nlohmann::json;

class crash_sweep : public ::testing::TestWithParam<victim> {
protected:
  void SetUp() override {
    if (auto problem = why_not_traceable(); !problem.empty())
      GTEST_SKIP() << "needs strace and ptrace: " << problem;
  }

  void expect_nothing_harmed(const crash_scene& scene) {
    auto swept = kill_before_every_call(scene, GetParam());
    EXPECT_EQ(swept.missed, "") << "recorded, and never hit";
    for (auto name : {"write", "fsync", "fchmod", "rename", "unlink", "flock", "connect", "sendto"})
      EXPECT_GE(swept.killed[name], swept.recorded[name]) << name;
    std::cout << "killed " << swept.kills() << " times:";
    for (auto& [name, count] : swept.killed)
      std::cout << " " << name << " " << count;
    std::cout << "\n";
    EXPECT_GT(swept.kills(), 10);
  }
};

/// A login does not talk to the authority.
class crash_sweep_of_the_store : public crash_sweep {};

bool is_refused_in(const disk_state& disk) {
  return std::ranges::any_of(disk.ledger, [](const json& entry) { return entry.value("fate", "") == "refused"; });
}

json login_command(const fake::grant& to) {
  return {{"do", "login"},
          {"account", to.account},
          {"access_token", std::string{to.access_token.reveal()}},
          {"refresh_token", std::string{to.refresh_token.reveal()}}};
}

/// A restart: what is on the disk is what is shown, and nothing lies about.
void expect_shown(subject_process& again, fault_home& home, const disk_state& disk) {
  auto status = status_of(again);
  EXPECT_EQ(status["method"], disk.refresh_token.empty() ? "none" : "oauth");
  EXPECT_EQ(status["token"], disk.access_token);
  EXPECT_TRUE(disk.access_token.empty() || home.authority().is_valid(secret{disk.access_token}));
  EXPECT_THAT(home.disk().leftovers, ::testing::IsEmpty());
}

void expect_refreshed(subject_process& again, fault_home& home) {
  auto before = home.requests();
  auto answer = again.ask({{"do", "refresh"}});
  EXPECT_TRUE(is_success(answer)) << answer;
  EXPECT_EQ(home.requests(), before + 1);
}

void expect_refused_without_request(subject_process& again, fault_home& home, const char* why) {
  auto before = home.requests();
  EXPECT_EQ(again.ask({{"do", "refresh"}})["error"], why);
  EXPECT_EQ(home.requests(), before);
}

void check_refresh(fault_home& home, const crashed& end) {
  auto disk = home.disk();
  auto renewed = disk.refresh_token != home.first_refresh_token();
  EXPECT_TRUE(disk.is_whole);
  EXPECT_TRUE(!renewed || home.is_current(disk.refresh_token)) << "neither the old credential nor the new one";
  EXPECT_TRUE(renewed || !is_success(end.answer)) << "a caller was told of tokens that are lost";
  EXPECT_TRUE(renewed || disk.has_intent || home.requests() == 0) << "sent without a note";
  subject_process again{home.options()};
  expect_shown(again, home, disk);
  if (!renewed && disk.has_intent)
    expect_refused_without_request(again, home, "in_doubt");
  else
    expect_refreshed(again, home);
  EXPECT_TRUE(home.is_unharmed());
  EXPECT_EQ(again.finish(), 0);
}

void check_refusal(fault_home& home, const crashed& end) {
  auto disk = home.disk();
  EXPECT_TRUE(disk.is_whole);
  EXPECT_EQ(disk.refresh_token, home.first_refresh_token());
  EXPECT_EQ(disk.access_token, home.first_access_token());
  EXPECT_TRUE(end.answer.is_null() || is_refused_in(disk)) << "a caller was told of a poison that is forgotten";
  EXPECT_TRUE(is_refused_in(disk) || disk.has_intent || home.requests() == 0) << "sent without a note";
  if (is_refused_in(disk))
    disk.access_token.clear(); // poisoned: not shown
  subject_process again{home.options()};
  expect_shown(again, home, disk);
  if (is_refused_in(disk))
    expect_refused_without_request(again, home, "refresh_refused");
  else if (disk.has_intent)
    expect_refused_without_request(again, home, "in_doubt");
  else {
    EXPECT_EQ(again.ask({{"do", "refresh"}})["error"], "refresh_refused");
    EXPECT_EQ(home.requests(), 1u);
  }
  EXPECT_TRUE(home.is_unharmed());
  EXPECT_EQ(again.finish(), 0);
}

void check_login(fault_home& home, const crashed& end) {
  auto disk = home.disk();
  auto replaced = disk.refresh_token != home.first_refresh_token();
  EXPECT_TRUE(disk.is_whole);
  EXPECT_TRUE(home.is_current(disk.refresh_token));
  EXPECT_TRUE(replaced || !is_success(end.answer)) << "a caller was told of a login that is lost";
  subject_process again{home.options()};
  expect_shown(again, home, disk);
  expect_refreshed(again, home);
  EXPECT_TRUE(home.is_unharmed());
  EXPECT_EQ(again.finish(), 0);
}

void check_logout(fault_home& home, const crashed& end) {
  auto disk = home.disk();
  EXPECT_TRUE(disk.is_whole);
  EXPECT_TRUE(disk.refresh_token.empty() || !is_success(end.answer)) << "a caller was told of a logout that is undone";
  subject_process again{home.options()};
  expect_shown(again, home, disk);
  if (disk.refresh_token.empty())
    expect_refused_without_request(again, home, "logged_out");
  else
    expect_refreshed(again, home);
  EXPECT_EQ(home.authority().totals().replays, 0u);
  EXPECT_EQ(again.finish(), 0);
}

json command(const char* what) { return {{"do", what}}; }

} // namespace

TEST_P(crash_sweep, given_a_refresh_when_killed_before_any_call_then_nothing_is_lost_and_nothing_is_replayed) {
  expect_nothing_harmed({.ask = [](fault_home&) { return command("refresh"); }, .check = check_refresh});
}

TEST_P(crash_sweep, given_a_refusal_when_killed_before_any_call_then_the_token_is_not_sent_again) {
  expect_nothing_harmed(
      {.prepare = [](fault_home& home) { home.authority().refuse(home.login().family, fake::answer::invalid_grant); },
       .ask = [](fault_home&) { return command("refresh"); },
       .check = check_refusal});
}

TEST_P(crash_sweep_of_the_store, given_a_login_when_killed_before_any_call_then_the_old_or_the_new_one_is_there) {
  expect_nothing_harmed(
      {.ask = [](fault_home& home) { return login_command(home.authority().issue()); }, .check = check_login});
}

TEST_P(crash_sweep, given_a_logout_when_killed_before_any_call_then_the_login_is_there_or_gone_with_all_traces) {
  expect_nothing_harmed({.ask = [](fault_home&) { return command("logout"); },
                         .is_over = [](fault_home& home) { return home.authority().totals().revocations > 0; },
                         .check = check_logout});
}

std::string name_of(const ::testing::TestParamInfo<victim>& of) { return of.param == victim::store ? "store" : "wire"; }

INSTANTIATE_TEST_SUITE_P(thread, crash_sweep, ::testing::Values(victim::store, victim::wire), name_of);
INSTANTIATE_TEST_SUITE_P(thread, crash_sweep_of_the_store, ::testing::Values(victim::store), name_of);

} // namespace breakwater::testing
