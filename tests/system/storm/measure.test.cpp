#include "breakwater/tools/storm/measure.hpp"

#include <gtest/gtest.h>

namespace breakwater::storm {

namespace {

using std::chrono::milliseconds;

fake::arrival arrival_at(milliseconds at, std::string hash, int status) {
  fake::arrival made;
  made.at = at;
  made.hash = std::move(hash);
  made.status = status;
  return made;
}

/// One flight from 10 ms to 60 ms after the beginning, by the authority's clock 1,000 ms later.
record one_flight() {
  record made;
  made.scenario = find_scenario("rotation");
  made.policy = policy_kind::breakwater;
  made.began = steady_instant{std::chrono::seconds{5}};
  made.ended = made.began + milliseconds{300};
  made.began_there = milliseconds{1000};
  made.delay = milliseconds{50};
  made.authority.token_requests = 1;
  made.authority.timeline.push_back(arrival_at(milliseconds{1010}, "aa", 200));
  return made;
}

sample ask(const record& in, ask_kind kind, milliseconds from, milliseconds to) {
  return {kind, true, true, in.began + from, in.began + to};
}

} // namespace

TEST(measure, given_a_refused_token_when_sent_again_after_the_answer_then_each_counts) {
  std::vector<fake::arrival> timeline{
      arrival_at(milliseconds{0}, "aa", 401),  arrival_at(milliseconds{10}, "aa", 401),
      arrival_at(milliseconds{60}, "aa", 401), arrival_at(milliseconds{70}, "aa", 401),
      arrival_at(milliseconds{80}, "bb", 401),
  };
  EXPECT_EQ(requests_after_refusal(timeline, milliseconds{50}), 2u);
}

TEST(measure, given_answers_that_refuse_nothing_when_sent_again_then_none_counts) {
  std::vector<fake::arrival> timeline{arrival_at(milliseconds{0}, "aa", 503), arrival_at(milliseconds{90}, "aa", 200),
                                      arrival_at(milliseconds{200}, "aa", 200)};
  EXPECT_EQ(requests_after_refusal(timeline, milliseconds{50}), 0u);
}

TEST(measure, given_asks_when_measured_then_answered_and_open_ones_are_told_apart) {
  auto r = one_flight();
  r.callers = {{ask(r, ask_kind::status, milliseconds{0}, milliseconds{61})}, {}};
  r.callers[1].push_back({ask_kind::status, false, false, r.began + milliseconds{100}, {}});
  auto out = measure(r);
  EXPECT_EQ(out.callers, 2u);
  EXPECT_EQ(out.asked, 2u);
  EXPECT_EQ(out.open, 1u);
  EXPECT_EQ(out.p50, (latency{milliseconds{61}, false}));
  EXPECT_EQ(out.p99, (latency{milliseconds{200}, true}));
  EXPECT_EQ(out.wall, milliseconds{300});
  EXPECT_EQ(out.arrivals, std::vector<duration>{milliseconds{10}});
}

TEST(measure, given_a_valid_token_when_answered_during_the_flight_then_nobody_waited) {
  auto r = one_flight();
  r.callers = {{ask(r, ask_kind::token, milliseconds{20}, milliseconds{21})}};
  auto out = measure(r);
  EXPECT_EQ(out.valid_asks, 1u);
  EXPECT_EQ(out.valid_waited, 0u);
}

TEST(measure, given_a_valid_token_when_answered_after_the_flight_then_somebody_waited) {
  auto r = one_flight();
  r.callers = {{ask(r, ask_kind::token, milliseconds{20}, milliseconds{61})}};
  EXPECT_EQ(measure(r).valid_waited, 1u);
}

TEST(measure, given_asks_outside_a_flight_or_for_a_refresh_when_measured_then_waiting_is_not_their_matter) {
  auto r = one_flight();
  r.callers = {{ask(r, ask_kind::token, milliseconds{1}, milliseconds{61}),
                ask(r, ask_kind::token, milliseconds{50}, milliseconds{61}),
                ask(r, ask_kind::status, milliseconds{20}, milliseconds{61})}};
  EXPECT_EQ(measure(r).valid_asks, 0u);
  r.callers = {{ask(r, ask_kind::token, milliseconds{20}, milliseconds{61})}};
  r.began_valid = false;
  EXPECT_EQ(measure(r).valid_asks, 0u);
}

TEST(measure, given_answers_without_a_token_when_measured_then_they_are_counted) {
  auto r = one_flight();
  r.callers = {{ask(r, ask_kind::status, milliseconds{0}, milliseconds{1})}};
  r.callers[0][0].got_token = false;
  EXPECT_EQ(measure(r).without_token, 1u);
}

} // namespace breakwater::storm
