#include "breakwater/tests/fault/clock_lies.hpp"
#include "breakwater/tests/fault/fault_home.hpp"

#include <gtest/gtest.h>

namespace breakwater::testing {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// A program on a machine that can be suspended, with tokens that live an hour.
class clock_suspend : public ::testing::Test {
protected:
  subject_process::options on_that_machine() {
    auto with = home_.options();
    clock_.join(with);
    return with;
  }
  nlohmann::json refresh() {
    return subject_.ask({{"do", "refresh"}, {"observed", status_of(subject_)["generation"]}});
  }
  nlohmann::json tokens(int count) { return subject_.answers_to(subject_.tell({{"do", "token"}, {"count", count}})); }

  suspended_clock clock_;
  fault_home home_;
  subject_process subject_{on_that_machine()};
};

} // namespace

TEST_F(clock_suspend, given_a_suspend_longer_than_the_token_when_asked_then_a_new_one_at_once_and_only_once) {
  ASSERT_TRUE(is_success(refresh())) << subject_.errors();
  std::string before = status_of(subject_)["token"];
  for (uint64_t slept = 1; slept <= 3; ++slept) {
    clock_.sleep(hours{2});
    auto answers = tokens(100);
    ASSERT_EQ(answers.size(), 100u);
    for (const auto& answer : answers)
      EXPECT_NE(answer.value("token", before), before) << "handed out after its end: " << answer;
    EXPECT_EQ(home_.requests(), slept + 1);
    before = answers[0].value("token", "");
    tokens(100);
    EXPECT_EQ(home_.requests(), slept + 1) << "a refresh loop";
  }
  EXPECT_TRUE(home_.is_unharmed());
  EXPECT_EQ(subject_.finish(), 0) << subject_.errors();
}

TEST_F(clock_suspend, given_a_suspend_when_nobody_asks_then_the_token_is_refreshed_within_a_minute_of_its_end) {
  ASSERT_TRUE(is_success(refresh())) << subject_.errors();
  clock_.sleep(hours{2});
  EXPECT_TRUE(comes_true([&] { return home_.authority().totals().token_requests == 2; }, seconds{62}));
}

TEST_F(clock_suspend, given_a_suspend_during_a_flight_when_its_answer_is_over_then_it_is_not_handed_out) {
  ASSERT_TRUE(is_success(refresh())) << subject_.errors();
  home_.authority().script({.delay = milliseconds{500}});
  auto asked = subject_.tell({{"do", "refresh"}, {"observed", status_of(subject_)["generation"]}});
  ASSERT_TRUE(comes_true([&] { return home_.authority().totals().token_requests == 2; }));
  clock_.sleep(hours{2});
  ASSERT_EQ(subject_.answers_to(asked).size(), 1u);
  // What the late answer brought has ended during the suspend; the next request brings a good one.
  EXPECT_TRUE(comes_true([&] { return is_success(tokens(1).at(0)); })) << status_of(subject_);
  EXPECT_EQ(home_.requests(), 3u);
  EXPECT_TRUE(home_.is_unharmed());
}

} // namespace breakwater::testing
