#include "breakwater/tests/core/machine_test.hpp"

using namespace breakwater;
using namespace std::chrono_literals;

namespace {

using machine = machine_test;

TEST_F(machine, g2_no_replay_after_a_lost_answer_before_the_in_doubt_rule) {
  logged_in(30min);
  auto who = a.refresh();
  a.answer(lost());
  EXPECT_EQ(a.error_of(who), ec::in_doubt);
  EXPECT_EQ(a.status().health, auth_health::in_doubt);
  EXPECT_EQ(a.token_of(a.get_token()), "a1") << "the access token stays in use";
  for (int i = 0; i < 29; ++i) {
    a.refresh();
    a.advance(1min);
  }
  EXPECT_EQ(a.sent.size(), 1u);
  a.advance(2min); // the access token is over, long after `settle`
  a.get_token();
  EXPECT_EQ(a.sent.size(), 2u);
}

TEST_F(machine, g2_in_doubt_an_expired_token_is_not_tried_before_settle) {
  logged_in(-1s);
  a.get_token();
  a.answer(lost());
  a.advance(59s);
  EXPECT_EQ(a.error_of(a.get_token()), ec::in_doubt);
  EXPECT_EQ(a.sent.size(), 1u);
  a.advance(2s);
  a.get_token();
  EXPECT_EQ(a.sent.size(), 2u);
}

TEST_F(machine, g2_in_doubt_a_try_that_could_not_be_noted_was_not_made_and_does_not_count) {
  auth_settings settings;
  settings.settle = 1s;
  settings.replay_grace = 30s;
  settings.doubt_tries_max = 1;
  machine_driver b{place, 3, settings};
  place.content.credential = login_of("alice", "r1", "a1", start_of_test + 30min);
  b.start();
  b.refresh();
  b.answer(lost());
  place.unwritable = true;
  b.advance(2s);
  EXPECT_EQ(b.error_of(b.refresh()), ec::store_unwritable); // the one try within the grace, and it was not made
  EXPECT_EQ(b.sent.size(), 1u);
  place.unreadable = true; // so that only what this process remembers counts
  for (auto g = b.status().generation; auto i : {1, 2}) {
    b.get_token({.rejected = g});
    EXPECT_NE(b.status().health, auth_health::poisoned) << "after rejection " << i;
  }
}

TEST_F(machine, g2_in_doubt_two_rejections_of_that_very_token_free_it) {
  logged_in(30min);
  a.refresh();
  a.answer(lost());
  a.advance(2min);
  auto g = a.status().generation;
  EXPECT_EQ(a.error_of(a.get_token({.rejected = g})), ec::in_doubt);
  EXPECT_EQ(a.sent.size(), 1u);
  a.advance(5s);
  a.get_token({.rejected = g});
  EXPECT_EQ(a.sent.size(), 2u);
}

TEST_F(machine, g2_in_doubt_once_within_the_documented_grace) {
  auth_settings settings;
  settings.settle = 1s;
  settings.replay_grace = 30s;
  machine_driver b{place, 3, settings};
  place.content.credential = login_of("alice", "r1", "a1", start_of_test + 30min);
  b.start();
  b.refresh();
  b.answer(lost());
  b.advance(2s);
  b.refresh();
  EXPECT_EQ(b.sent.size(), 2u);
  b.answer(lost());
  b.advance(2s);
  b.refresh();
  EXPECT_EQ(b.sent.size(), 2u) << "only once";
}

TEST_F(machine, g2_a_crash_after_the_intent_leaves_the_token_in_doubt) {
  logged_in(30min);
  a.refresh(); // sent; the process dies
  place.lease_holder = nullptr;
  machine_driver b{place, 2};
  b.start();
  auto who = b.refresh();
  EXPECT_EQ(b.error_of(who), ec::in_doubt);
  EXPECT_TRUE(b.sent.empty());
  EXPECT_EQ(b.token_of(b.get_token()), "a1");
}

TEST_F(machine, g2_an_in_doubt_try_without_a_verdict_restores_the_doubt) {
  logged_in(-1s);
  a.get_token();
  a.answer(lost());
  a.advance(61s);
  a.get_token();
  ASSERT_EQ(a.sent.size(), 2u);
  a.answer(unsent());
  EXPECT_EQ(entry("r1")->fate, token_fate::in_doubt);
  EXPECT_TRUE(place.content.intent) << "the intent stays";
  EXPECT_EQ(a.status().health, auth_health::in_doubt);
}

TEST_F(machine, g2_an_unreadable_400_is_confirmed_twice_and_then_refused) {
  logged_in(-1s);
  a.get_token();
  for (size_t tries = 1; tries <= 3; ++tries) {
    ASSERT_EQ(a.sent.size(), tries);
    a.answer(refused(""));
    a.get_token();
    EXPECT_EQ(a.sent.size(), tries) << "not before the back-off is over";
    a.advance(5s);
  }
  EXPECT_EQ(a.status().health, auth_health::poisoned);
  EXPECT_EQ(a.sent.size(), 3u);
}

TEST_F(machine, g2_unavailable_backs_off_and_obeys_retry_after) {
  logged_in(-1s);
  auto who = a.get_token();
  a.answer(unavailable(120s));
  EXPECT_EQ(a.error_of(who), ec::unavailable);
  EXPECT_EQ(a.status().retry_after, start_of_test + 120s);
  for (int i = 0; i < 119; ++i) {
    a.get_token();
    a.advance(1s);
  }
  EXPECT_EQ(a.sent.size(), 1u);
  a.advance(1s);
  EXPECT_EQ(a.sent.size(), 2u) << "refreshed again by itself";
}

TEST_F(machine, g2_a_restart_does_not_start_the_back_off_over) {
  logged_in(-1s);
  a.get_token();
  a.answer(unavailable(120s));
  machine_driver b{place, 2};
  b.start();
  EXPECT_EQ(b.error_of(b.get_token()), ec::unavailable);
  b.advance(119s);
  EXPECT_TRUE(b.sent.empty());
}

TEST_F(machine, g2_a_request_may_leave_only_while_settle_covers_it) {
  logged_in(-1s);
  auto asked = a.now().at;
  a.get_token();
  ASSERT_EQ(a.not_after.size(), 1u);
  EXPECT_EQ(a.not_after.front(), asked + 15s) << "a quarter of settle after the intent, whenever the process goes on";
}

TEST_F(machine, g2_an_intent_that_took_long_by_the_clock_that_never_jumps_is_not_followed_by_a_request) {
  logged_in(-1s);
  a.machine.on_get_token(1, {}, a.now());
  a.machine.on_acquired(2, {}, a.now());
  a.machine.on_loaded(3, {{}, place.content}, a.now());
  auto later = a.now();
  later.at += 16s; // the wall clock was set back meanwhile
  for (auto& e : a.machine.on_intent_written(4, {}, later))
    EXPECT_FALSE(std::holds_alternative<effects::call_authority>(e));
}

} // namespace
