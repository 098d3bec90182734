#include "breakwater/tests/core/machine_test.hpp"

#include <algorithm>

using namespace breakwater;
using namespace std::chrono_literals;

namespace {

using machine = machine_test;

TEST_F(machine, g1_one_flight_for_any_number_of_callers) {
  logged_in(-1s);
  std::vector<waiter_id> callers;
  for (int i = 0; i < 1000; ++i)
    callers.push_back(a.get_token());
  EXPECT_EQ(a.sent, std::vector<std::string>{"r1"});
  a.answer(issued("a2", "r2"));
  for (auto who : callers)
    EXPECT_EQ(a.token_of(who), "a2");
  EXPECT_EQ(a.sent.size(), 1u);
}

TEST_F(machine, g1_one_flight_among_two_processes_that_take_the_lease) {
  logged_in(-1s);
  machine_driver b{place, 2};
  b.start();
  auto first = a.get_token(), second = b.get_token();
  b.advance(1s);
  EXPECT_EQ(a.sent.size() + b.sent.size(), 1u);
  a.answer(issued("a2", "r2"));
  b.advance(1s);
  EXPECT_EQ(a.token_of(first), "a2");
  EXPECT_EQ(b.token_of(second), "a2");
  EXPECT_EQ(a.sent.size() + b.sent.size(), 1u);
}

TEST_F(machine, g1_a_lease_that_stays_busy_ends_in_store_busy) {
  logged_in(-1s);
  int other = 0;
  place.lease_holder = &other;
  auto who = a.get_token();
  a.advance(44s);
  EXPECT_TRUE(a.open(who));
  a.advance(2s);
  EXPECT_EQ(a.error_of(who), ec::store_busy);
  EXPECT_TRUE(a.sent.empty());
}

TEST_F(machine, g1_a_lease_lost_by_a_living_process_leaves_the_others_in_doubt_until_its_answer_comes) {
  logged_in(-1s);
  auto first = a.get_token();
  place.lease_holder = nullptr; // somebody deleted the lock file
  machine_driver b{place, 2};
  b.start();
  EXPECT_EQ(b.error_of(b.get_token()), ec::in_doubt) << "it holds the lease now, and finds the intent";
  EXPECT_TRUE(b.sent.empty());
  a.answer(issued("a2", "r2"));
  EXPECT_EQ(a.token_of(first), "a2");
  EXPECT_EQ(place.content.credential.refresh_token, secret{"r2"}) << "the compare-and-write needs no lease";
  EXPECT_TRUE(place.content.intent) << "without the lease nothing more is noted";
  b.store_changed();
  EXPECT_EQ(b.token_of(b.get_token()), "a2");
  EXPECT_TRUE(b.sent.empty());
}

TEST_F(machine, g1_a_lease_lost_before_the_intent_sends_nothing) {
  logged_in(-1s);
  EXPECT_EQ(a.machine.on_get_token(1, {}, a.now()).size(),
            3u); // publish, timer, acquire: answered by hand from here on
  auto loading = a.machine.on_acquired(2, {}, a.now());
  auto intending = a.machine.on_loaded(3, {{}, place.content}, a.now());
  ASSERT_TRUE(std::holds_alternative<effects::store_write_intent>(intending.back()));
  auto after = a.machine.on_intent_written(4, {ec::store_busy, "the lease is not ours"}, a.now());
  auto told = std::find_if(after.begin(), after.end(),
                           [](const effect& e) { return std::holds_alternative<effects::answer>(e); });
  ASSERT_NE(told, after.end());
  EXPECT_EQ(std::get<refused_request>(std::get<effects::answer>(*told).what).error.code, ec::store_busy);
  for (auto& e : after)
    EXPECT_FALSE(std::holds_alternative<effects::call_authority>(e));
}

} // namespace
