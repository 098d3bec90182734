#include "breakwater/tests/fault/disk_healing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <iostream>
#include <thread>

#include <signal.h>

/// The rows about crashes and disks that a well-known client loses its session in: the same tests, and what happens
/// here.
namespace breakwater::testing {

namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct round_counts {
  std::atomic<int> renewed{0}, in_doubt{0}, lost{0}, replayed{0}, leftovers{0};
};

/// Killed this long after the authority had the request.
void kill_in_a_refresh(milliseconds after, round_counts& counts) {
  fake::server_options slow;
  slow.authority.delay = milliseconds{20};
  fault_home home{slow};
  {
    subject_process subject{home.options()};
    status_of(subject);
    subject.tell({{"do", "refresh"}});
    EXPECT_TRUE(comes_true([&] { return home.authority().totals().token_requests == 1; }));
    std::this_thread::sleep_for(after);
    subject.signal(SIGKILL);
    EXPECT_EQ(subject.wait(), -SIGKILL);
  }
  auto renewed = home.disk().refresh_token != home.first_refresh_token();
  subject_process again{home.options()};
  status_of(again);
  auto answer = again.ask({{"do", "refresh"}});
  auto in_doubt = answer.value("error", "") == "in_doubt";
  ++(renewed && is_success(answer) ? counts.renewed : !renewed && in_doubt ? counts.in_doubt : counts.lost);
  EXPECT_TRUE(home.lease_is_free());
  if (!home.is_unharmed())
    ++counts.replayed;
  if (!home.disk().leftovers.empty())
    ++counts.leftovers;
}

} // namespace

TEST(crash_contract, given_100_kills_in_a_refresh_when_restarted_then_renewed_or_known_to_be_in_doubt) {
  round_counts counts;
  std::atomic<int> round{0};
  auto work = [&] {
    for (int i; (i = round++) < 100;)
      kill_in_a_refresh(milliseconds{10 + i % 21}, counts);
  };
  std::thread other{work};
  work();
  other.join();
  std::cout << "100 kills: renewed " << counts.renewed << ", in doubt " << counts.in_doubt << "\n";
  EXPECT_EQ(counts.renewed + counts.in_doubt, 100);
  EXPECT_EQ(counts.lost, 0);
  EXPECT_EQ(counts.replayed, 0);
  EXPECT_EQ(counts.leftovers, 0);
}

TEST(crash_contract, given_a_refresh_when_told_to_end_then_its_tokens_are_saved_first) {
  for (auto number : {SIGINT, SIGTERM, 0}) {
    fault_home home;
    subject_process subject{home.options()};
    auto answer = refresh_and_break(home, subject, [&] { number ? subject.signal(number) : subject.end_input(); });
    EXPECT_TRUE(is_success(answer)) << answer;
    EXPECT_EQ(subject.wait(), 0) << subject.errors();
    EXPECT_NE(home.disk().refresh_token, home.first_refresh_token());
    EXPECT_TRUE(home.is_current(home.disk().refresh_token));
    EXPECT_FALSE(home.disk().has_intent);
    EXPECT_EQ(home.requests(), 1u);
  }
}

TEST(crash_contract, given_a_second_hard_link_when_refreshed_then_saved_and_the_other_name_is_spoken_of_once) {
  fault_home home;
  auto other = home.directory() + "/other.json";
  std::filesystem::create_hard_link(home.file(), other);
  auto before = read_text(other);
  subject_process subject{home.options()};
  status_of(subject);
  EXPECT_TRUE(is_success(subject.ask({{"do", "refresh"}})));
  EXPECT_EQ(read_text(other), before);
  EXPECT_TRUE(home.is_current(home.disk().refresh_token));
  EXPECT_THAT(explained(subject, "stored"), HasSubstr("hard links"));
  ASSERT_TRUE(home.lease_is_free());
  std::filesystem::remove(other); // it holds a token, and is not ours
  expect_healed(home, subject);
}

TEST(crash_contract, given_a_lost_answer_when_asked_100_times_more_then_nothing_is_replayed) {
  for (auto lost : {fake::fault::lost_by_reset, fake::fault::lost_by_close, fake::fault::cut_header}) {
    fault_home home;
    home.authority().script({.then = lost});
    subject_process subject{home.options()};
    status_of(subject);
    EXPECT_EQ(subject.ask({{"do", "refresh"}})["error"], "in_doubt");
    auto answers = subject.answers_to(subject.tell({{"do", "refresh"}, {"count", 100}}));
    EXPECT_EQ(answers.size(), 100u);
    for (auto& answer : answers)
      EXPECT_EQ(answer["error"], "in_doubt");
    EXPECT_EQ(subject.finish(), 0);
    subject_process again{home.options()};
    EXPECT_EQ(status_of(again)["token"], home.first_access_token());
    EXPECT_EQ(again.ask({{"do", "refresh"}})["error"], "in_doubt");
    EXPECT_EQ(home.requests(), 1u);
    EXPECT_TRUE(home.is_unharmed());
    EXPECT_EQ(again.finish(), 0);
  }
}

} // namespace breakwater::testing
