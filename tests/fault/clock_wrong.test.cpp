#include "breakwater/tests/fault/clock_lies.hpp"
#include "breakwater/tests/fault/fault_home.hpp"
#include "breakwater/tests/fault/foreign_writer.hpp"

#include <gtest/gtest.h>

#include <signal.h>

namespace breakwater::testing {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using steady = std::chrono::steady_clock;

constexpr seconds year = hours{24 * 365};

fake::server_options with_clock(seconds skew, seconds life = hours{1}) {
  fake::server_options with;
  with.authority.clock_skew = skew;
  with.authority.access_token_ttl = life;
  return with;
}

/// Asks `count` times for a token, and whether the authority would take what came.
void expect_good_tokens(fault_home& home, subject_process& subject, int count, milliseconds min_validity = {}) {
  auto answers =
      subject.answers_to(subject.tell({{"do", "token"}, {"count", count}, {"min_validity_ms", min_validity.count()}}));
  ASSERT_EQ(answers.size(), static_cast<size_t>(count)) << subject.errors();
  for (const auto& answer : answers) {
    ASSERT_TRUE(is_success(answer)) << answer;
    ASSERT_TRUE(home.authority().is_valid(secret{answer.value("token", "")})) << "handed out, and over: " << answer;
  }
}

nlohmann::json refresh(subject_process& subject) {
  return subject.ask({{"do", "refresh"}, {"observed", status_of(subject)["generation"]}});
}

struct clock_case {
  std::string name;
  seconds ours, theirs;
  friend std::ostream& operator<<(std::ostream& out, const clock_case& shown) { return out << shown.name; }
};

class clock_wrong : public ::testing::TestWithParam<clock_case> {
protected:
  void SetUp() override {
    if (auto problem = wrong_wall_clock::problem())
      GTEST_SKIP() << *problem;
  }
};

struct clock_set : clock_wrong {};

} // namespace

// -- wrong from the beginning -----------------------------------------------------------------------------------------

TEST_P(clock_wrong, given_a_wrong_clock_when_date_told_the_skew_then_no_expired_token_and_no_refresh_loop) {
  wrong_wall_clock clock{GetParam().ours};
  fault_home home{with_clock(GetParam().theirs)};
  auto with = home.options();
  clock.join(with);
  subject_process subject{with};
  ASSERT_TRUE(is_success(refresh(subject))) << subject.errors();
  expect_good_tokens(home, subject, 100);
  EXPECT_LE(home.requests(), 2u) << "one asked for, and one ahead if the first token seemed to be over";

  // Nothing but its own claims says that this one is over, and those are by the authority's clock.
  auto over = home.authority().issue("alice", seconds{-30});
  write_as(foreign_way::under_locks, home.file(), document_of(over));
  ASSERT_TRUE(comes_true([&] {
    return status_of(subject)["generation"]["number"] != 0 &&
           home.disk().refresh_token != std::string{over.refresh_token.reveal()};
  })) << "it is not refreshed: "
      << status_of(subject);
  auto before = home.requests();
  for (auto until = steady::now() + milliseconds{500}; steady::now() < until && !HasFailure();)
    expect_good_tokens(home, subject, 20);
  EXPECT_EQ(home.requests(), before) << "a refresh loop";
  EXPECT_LE(before, 3u);
  EXPECT_TRUE(is_success(refresh(subject)));
  EXPECT_EQ(subject.finish(), 0) << subject.errors();
}

INSTANTIATE_TEST_SUITE_P(, clock_wrong,
                         ::testing::Values(clock_case{"an_hour_behind", -hours{1}, {}},
                                           clock_case{"an_hour_ahead", hours{1}, {}},
                                           clock_case{"a_year_behind", -year, {}}, clock_case{"a_year_ahead", year, {}},
                                           clock_case{"authority_an_hour_behind", {}, -hours{1}},
                                           clock_case{"authority_an_hour_ahead", {}, hours{1}}),
                         [](const auto& each) { return each.param.name; });

// -- set while running ------------------------------------------------------------------------------------------------

TEST_F(clock_set, given_callers_when_the_clock_is_set_again_and_again_then_tokens_are_good_and_requests_few) {
  constexpr seconds life{2};
  wrong_wall_clock clock;
  fault_home home{with_clock({}, life)};
  auto with = home.options();
  clock.join(with);
  subject_process subject{with};
  ASSERT_TRUE(is_success(refresh(subject))) << subject.errors();
  auto began = steady::now();
  size_t steps = 0;
  for (seconds offset : {seconds{hours{1}}, seconds{0}, seconds{-hours{1}}, seconds{hours{24}}, seconds{-hours{24}},
                         year, -year, seconds{0}}) {
    ++steps;
    clock.set(offset);
    for (auto until = steady::now() + milliseconds{700}; steady::now() < until && !HasFailure();)
      expect_good_tokens(home, subject, 10, milliseconds{400});
  }
  auto lives = static_cast<uint64_t>((steady::now() - began) / life) + 1;
  // A token is renewed a tenth of its life ahead, or when less than the asked validity is left.
  EXPECT_LE(home.requests(), 2 * lives + 2) << steps << " steps";
  EXPECT_TRUE(home.is_unharmed());
  EXPECT_EQ(status_of(subject)["failure"], "none");
  EXPECT_EQ(subject.finish(), 0) << subject.errors();
}

// -- what a wrong clock left in the ledger ----------------------------------------------------------------------------

TEST_F(clock_set,
       given_a_pause_noted_by_a_clock_a_day_ahead_when_it_is_right_again_then_the_pause_is_as_long_as_meant) {
  wrong_wall_clock clock{hours{24}};
  fault_home home;
  auto with = home.options();
  clock.join(with);
  home.authority().script({.what = fake::answer::unavailable, .retry_after = seconds{2}});
  {
    subject_process subject{with};
    ASSERT_EQ(refresh(subject)["error"], "unavailable");
    ASSERT_TRUE(home.lease_is_free());
    subject.signal(SIGKILL);
  }
  subject_process next{home.options()};
  EXPECT_TRUE(comes_true([&] { return is_success(refresh(next)); })) << status_of(next);
  EXPECT_EQ(home.requests(), 2u);
}

TEST_F(clock_set,
       given_a_doubt_noted_by_a_clock_a_day_ahead_when_it_is_right_again_then_it_is_settled_as_soon_as_meant) {
  wrong_wall_clock clock{hours{24}};
  fault_home home;
  home.write(home.authority().issue("alice", seconds{0})); // nothing to lose: the access token is over
  auto with = home.options({"--settle", "500", "--backoff-min", "100"});
  home.authority().script({.what = fake::answer::error_500});
  {
    auto wrong = with;
    clock.join(wrong);
    subject_process subject{wrong};
    ASSERT_EQ(refresh(subject)["error"], "in_doubt");
    ASSERT_TRUE(home.lease_is_free());
    subject.signal(SIGKILL);
  }
  subject_process next{with};
  EXPECT_TRUE(comes_true([&] { return is_success(refresh(next)); })) << status_of(next);
  EXPECT_EQ(home.requests(), 2u);
}

TEST_F(clock_set, given_a_doubt_when_the_clock_is_set_ahead_then_it_is_not_settled_sooner) {
  wrong_wall_clock clock;
  fault_home home;
  home.write(home.authority().issue("alice", seconds{0}));
  auto with = home.options({"--settle", "3000", "--backoff-min", "10"});
  clock.join(with);
  home.authority().script({.what = fake::answer::error_500});
  subject_process subject{with};
  auto sent_before = steady::now();
  ASSERT_EQ(refresh(subject)["error"], "in_doubt");
  clock.set(hours{1});
  ASSERT_TRUE(comes_true([&] { return is_success(refresh(subject)); })) << status_of(subject);
  EXPECT_GE(steady::now() - sent_before, milliseconds{2900});
  EXPECT_EQ(home.requests(), 2u);
}

} // namespace breakwater::testing
