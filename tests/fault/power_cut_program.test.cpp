#include "breakwater/tests/fault/fault_home.hpp"
#include "breakwater/tests/fault/forgetful_fs/mount.hpp"

#include <gtest/gtest.h>

#include <signal.h>

namespace breakwater::testing {

namespace {

using std::chrono::seconds;

/// Two extremes of what a cut may leave: nothing that was not synced; all of the names, and none of the bytes.
constexpr cut_outcome extremes[] = {{0, unsynced_data::old}, {~uint64_t{0}, unsynced_data::none}};

std::string access_token_in(const nlohmann::json& status) { return status.value("token", ""); }

/// One refresh of a real program whose machine loses power after `operations`; then the next start. False: the refresh
/// was over before that.
bool cut_and_restart(size_t operations, const cut_outcome& outcome) {
  forgetful_mount disk;
  fault_home home{{}, disk / "home"};
  disk.settle();
  auto was_acknowledged = false;
  {
    subject_process subject{home.options()};
    auto before = status_of(subject);
    EXPECT_EQ(access_token_in(before), home.first_access_token()) << before << subject.errors();
    disk.cut_after(operations);
    auto asked = subject.tell({{"do", "refresh"}, {"observed", before["generation"]}});
    if (!disk.wait_for_cut(seconds{2})) {
      EXPECT_TRUE(is_success(subject.answers_to(asked).at(0)));
      return false;
    }
    subject.signal(SIGKILL);
    subject.wait();
    auto answers = subject.answers_to(asked);
    was_acknowledged = answers.size() == 1 && answers[0].value("health", "unsaved") != "unsaved";
  }
  disk.power_on(disk.disk().after_cut(outcome));
  auto where = "cut after operation " + std::to_string(operations) + ", bytes " + to_string(outcome.data);

  auto on_disk = home.disk();
  EXPECT_TRUE(on_disk.is_whole) << where;
  auto is_old = on_disk.refresh_token == home.first_refresh_token();
  EXPECT_TRUE(is_old || home.is_current(on_disk.refresh_token)) << where << ": neither the old nor the new token";
  EXPECT_FALSE(is_old && was_acknowledged) << where << ": what was acknowledged is lost";
  EXPECT_TRUE(!is_old || home.is_current(on_disk.refresh_token) || on_disk.has_intent)
      << where << ": a spent token is in the store, and no note says so";

  subject_process next{home.options()};
  auto status = status_of(next);
  EXPECT_EQ(status["method"], "oauth") << where << status << next.errors();
  EXPECT_EQ(status["failure"], "none") << where << status;
  EXPECT_EQ(access_token_in(status), on_disk.access_token) << where;
  auto refreshed = next.ask({{"do", "refresh"}, {"observed", status["generation"]}});
  EXPECT_TRUE(is_success(refreshed) || refreshed["error"] == "in_doubt") << where << refreshed;
  EXPECT_TRUE(home.is_unharmed()) << where << ": a spent token was sent";
  EXPECT_EQ(next.finish(), 0) << where;
  return true;
}

} // namespace

TEST(power_cut_program, given_a_refresh_when_the_power_fails_after_each_operation_then_the_next_start_is_unharmed) {
  if (forgetful_mount probe; probe.problem())
    GTEST_SKIP() << "needs FUSE: " << *probe.problem();
  size_t operations = 0;
  for (auto goes_on = true; goes_on && !::testing::Test::HasFailure();) {
    ++operations;
    for (auto& outcome : extremes)
      goes_on = cut_and_restart(operations, outcome) && goes_on;
  }
  EXPECT_GT(operations, 20u) << "a refresh saves more often than that";
  std::cout << "cut after each of " << operations - 1 << " operations\n";
}

} // namespace breakwater::testing
