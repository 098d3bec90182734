#include "breakwater/tests/core/machine_driver.hpp"

#include <gtest/gtest.h>

using namespace breakwater;
using namespace std::chrono_literals;

namespace {

constexpr wall_time start_of_test{1'800'000'000s};

struct machine : ::testing::Test {
  store_place place;
  machine_driver a{place, 1};

  /// A login whose access token is over in `left`.
  void logged_in(std::chrono::seconds left = 1h) {
    place.content.credential = login_of("alice", "r1", "a1", start_of_test + left);
    a.start();
  }
  const ledger_entry* entry(const std::string& token) const {
    return find_entry(place.content.ledger, hash_of(secret{token}));
  }
};

// -- G1 one flight
// --------------------------------------------------------------------------------------------------------

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

// -- G2 no replay
// ---------------------------------------------------------------------------------------------------------

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
    a.answer(refused(400, ""));
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
  auto busy = refused(503, "");
  busy.retry_after = 120s;
  a.answer(busy);
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
  auto busy = refused(503, "");
  busy.retry_after = 120s;
  a.answer(busy);
  machine_driver b{place, 2};
  b.start();
  EXPECT_EQ(b.error_of(b.get_token()), ec::unavailable);
  b.advance(119s);
  EXPECT_TRUE(b.sent.empty());
}

// -- G3 poison
// ------------------------------------------------------------------------------------------------------------

TEST_F(machine, g3_poison_no_request_after_a_refusal_by_later_calls) {
  logged_in(30min);
  auto who = a.refresh();
  a.answer(refused(401, "refresh_token_reused"));
  EXPECT_EQ(a.error_of(who), ec::refresh_refused);
  EXPECT_EQ(a.status().health, auth_health::poisoned);
  EXPECT_EQ(a.status().failure.reason, refusal::reused);
  EXPECT_EQ(a.status().method, auth_method::oauth) << "the method stays";
  EXPECT_EQ(a.shown_token(), "") << "the token is withheld";
  for (int i = 0; i < 1000; ++i) {
    a.refresh();
    a.get_token();
    a.get_status({.refresh = true});
    a.advance(10s);
  }
  EXPECT_EQ(a.sent.size(), 1u);
}

TEST_F(machine, g3_poison_no_request_after_a_restart) {
  logged_in(30min);
  a.refresh();
  a.answer(refused(400, "invalid_grant"));
  machine_driver b{place, 2};
  b.start();
  EXPECT_EQ(b.status().health, auth_health::poisoned);
  EXPECT_EQ(b.shown_token(), "");
  b.refresh();
  b.advance(10h);
  b.get_token();
  EXPECT_TRUE(b.sent.empty());
}

TEST_F(machine, g3_poison_no_request_by_another_process_with_the_same_store) {
  logged_in(30min);
  machine_driver b{place, 2};
  b.start();
  a.refresh();
  a.answer(refused(400, "invalid_grant"));
  b.refresh();
  EXPECT_EQ(b.error_of(1), ec::refresh_refused);
  EXPECT_TRUE(b.sent.empty());
}

TEST_F(machine, g3_poison_clears_by_itself_when_auth_materially_changes) {
  logged_in(30min);
  a.refresh();
  a.answer(refused(400, "invalid_grant"));
  place.content.credential = login_of("alice", "r9", "a9", start_of_test + 1h);
  a.store_changed();
  EXPECT_EQ(a.status().health, auth_health::ok);
  EXPECT_EQ(a.shown_token(), "a9");
  a.refresh({.observed = a.status().generation});
  EXPECT_EQ(a.sent.back(), "r9");
}

TEST_F(machine, g3_poison_a_new_date_alone_does_not_clear_it) {
  logged_in(30min);
  a.refresh();
  a.answer(refused(400, "invalid_grant"));
  place.content.credential.refreshed_at += 1h;
  a.store_changed();
  auto who = a.reload();
  EXPECT_EQ(*a.got<reload_outcome>(who), reload_outcome::unchanged);
  EXPECT_EQ(a.status().health, auth_health::poisoned);
}

TEST_F(machine, g3_poison_a_new_access_token_is_shown_but_the_dead_refresh_token_is_not_sent) {
  logged_in(30min);
  a.refresh();
  a.answer(refused(400, "invalid_grant"));
  place.content.credential.access_token = secret{"a7"};
  a.store_changed();
  EXPECT_EQ(a.shown_token(), "a7");
  EXPECT_EQ(a.error_of(a.refresh({.observed = a.status().generation})), ec::refresh_refused);
  EXPECT_EQ(a.sent.size(), 1u);
}

TEST_F(machine, g3_poison_is_told_only_after_it_is_durable) {
  logged_in(30min);
  a.refresh();
  place.unwritable = true;
  a.answer(refused(400, "invalid_grant"));
  EXPECT_EQ(a.status().health, auth_health::poisoned);
  EXPECT_TRUE(place.content.intent) << "a note that cannot be written leaves the intent";
  place.unwritable = false;
  place.lease_holder = nullptr;
  machine_driver b{place, 2};
  b.start();
  EXPECT_EQ(b.error_of(b.refresh()), ec::in_doubt);
  EXPECT_TRUE(b.sent.empty());
}

TEST_F(machine, misconfigured_fails_fast_until_the_configuration_changes) {
  logged_in(-1s);
  auto who = a.get_token();
  a.answer(refused(401, "invalid_client"));
  EXPECT_EQ(a.error_of(who), ec::misconfigured);
  EXPECT_EQ(a.status().health, auth_health::misconfigured);
  for (int i = 0; i < 29; ++i) {
    EXPECT_EQ(a.error_of(a.get_token()), ec::misconfigured);
    a.advance(10s);
  }
  EXPECT_EQ(a.sent.size(), 1u);
}

// -- G4 every waiter once
// ---------------------------------------------------------------------------------------------------

TEST_F(machine, g4_every_waiter_once_after_wait_max_at_the_latest) {
  logged_in(-1s);
  auto impatient = a.get_token({.wait_max = 1s});
  auto patient = a.get_token({.wait_max = 60s});
  auto status = a.get_status({.refresh = true, .wait_max = 2s});
  a.advance(1s);
  EXPECT_EQ(a.error_of(impatient), ec::timed_out);
  EXPECT_TRUE(a.open(patient));
  a.advance(1s);
  EXPECT_NE(a.got<auth_status>(status), nullptr) << "a status is never an error";
  a.answer(issued("a2", "r2"));
  EXPECT_EQ(a.token_of(patient), "a2");
  EXPECT_EQ(a.error_of(impatient), ec::timed_out) << "not answered again";
}

TEST_F(machine, g4_more_waiters_than_allowed_are_overloaded) {
  auth_settings settings;
  settings.waiters_max = 2;
  machine_driver b{place, 2, settings};
  place.content.credential = login_of("alice", "r1", "a1", start_of_test - 1s);
  b.start();
  auto first = b.get_token(), second = b.get_token(), third = b.get_token();
  EXPECT_TRUE(b.open(first) && b.open(second));
  EXPECT_EQ(b.error_of(third), ec::overloaded);
}

// -- G5 nothing lost
// ----------------------------------------------------------------------------------------------------------

TEST_F(machine, g5_nothing_lost_when_an_issued_token_cannot_be_saved) {
  logged_in(-1s);
  auto who = a.get_token();
  place.uncommittable = true;
  a.answer(issued("a2", "r2"));
  EXPECT_EQ(a.token_of(who), "a2") << "it is in use";
  EXPECT_EQ(a.status().health, auth_health::unsaved);
  EXPECT_TRUE(place.content.intent) << "so that nobody replays the old one";
  EXPECT_EQ(place.lease_holder, &a) << "the lease is held";
  a.reload();
  EXPECT_EQ(a.shown_token(), "a2") << "its predecessor is not a change";
  a.advance(1min);
  EXPECT_EQ(a.sent.size(), 1u);
  place.uncommittable = false;
  a.advance(5min);
  EXPECT_EQ(place.content.credential.refresh_token, secret{"r2"}) << "the write was tried again";
  EXPECT_EQ(a.status().health, auth_health::ok);
  EXPECT_EQ(place.lease_holder, nullptr);
  EXPECT_FALSE(place.content.intent);
  EXPECT_EQ(entry("r1")->fate, token_fate::spent);
}

TEST_F(machine, g5_a_store_that_cannot_be_written_sends_nothing) {
  logged_in(-1s);
  place.unwritable = true;
  EXPECT_EQ(a.error_of(a.get_token()), ec::store_unwritable);
  EXPECT_TRUE(a.sent.empty());
  place.unwritable = false;
  a.advance(2s);
  a.get_token();
  EXPECT_EQ(a.sent.size(), 1u);
}

TEST_F(machine, g5_an_answer_without_a_refresh_token_keeps_the_old_one) {
  logged_in(-1s);
  a.get_token();
  a.answer(issued("a2", ""));
  EXPECT_EQ(place.content.credential.refresh_token, secret{"r1"});
  EXPECT_EQ(a.shown_token(), "a2");
}

TEST_F(machine, g5_shutdown_waits_for_the_save_and_says_what_was_lost) {
  logged_in(-1s);
  a.get_token();
  place.uncommittable = true;
  a.answer(issued("a2", "r2"));
  auto end = a.shutdown(10s);
  EXPECT_TRUE(a.open(end));
  a.advance(11s);
  ASSERT_NE(a.got<shutdown_outcome>(end), nullptr);
  EXPECT_TRUE(a.got<shutdown_outcome>(end)->lost);
  EXPECT_EQ(a.notes.back().what, "lost");
}

TEST_F(machine, g5_shutdown_waits_for_the_flight_and_its_save) {
  logged_in(-1s);
  auto who = a.get_token();
  auto end = a.shutdown(10s);
  EXPECT_TRUE(a.open(end));
  a.answer(issued("a2", "r2"));
  EXPECT_EQ(a.token_of(who), "a2");
  ASSERT_NE(a.got<shutdown_outcome>(end), nullptr);
  EXPECT_FALSE(a.got<shutdown_outcome>(end)->lost);
  EXPECT_EQ(place.content.credential.refresh_token, secret{"r2"});
  EXPECT_EQ(a.error_of(a.refresh({.observed = a.status().generation})), ec::shutting_down);
}

// -- G6 fenced
// ------------------------------------------------------------------------------------------------------------------

TEST_F(machine, g6_fenced_a_login_during_the_flight_wins) {
  logged_in(-1s);
  auto who = a.get_token();
  a.login(login_of("alice", "r9", "a9", start_of_test + 1h));
  EXPECT_EQ(a.token_of(who), "a9") << "the waiter has what it asked for";
  a.answer(issued("a2", "r2"));
  EXPECT_EQ(place.content.credential.refresh_token, secret{"r9"});
  EXPECT_EQ(a.shown_token(), "a9");
  EXPECT_TRUE(a.revoked.empty()) << "it may be the same grant";
  EXPECT_EQ(entry("r1")->fate, token_fate::spent);
}

TEST_F(machine, g6_fenced_a_refusal_of_a_replaced_token_poisons_nothing) {
  logged_in(-1s);
  a.get_token();
  a.login(login_of("alice", "r9", "a9", start_of_test + 1h));
  a.answer(refused(400, "invalid_grant"));
  EXPECT_EQ(a.status().health, auth_health::ok);
  EXPECT_EQ(entry("r1")->fate, token_fate::refused);
}

TEST_F(machine, g6_fenced_a_logout_during_the_flight_revokes_what_was_issued) {
  logged_in(-1s);
  auto who = a.get_token();
  auto out = a.logout();
  EXPECT_EQ(a.error_of(who), ec::logged_out);
  EXPECT_TRUE(a.got<logout_outcome>(out)->revoking);
  a.answer(issued("a2", "r2"));
  EXPECT_EQ(place.content.credential.method, auth_method::none);
  EXPECT_EQ(a.revoked, (std::vector<std::string>{"r1", "r2"}));
}

TEST_F(machine, g6_fenced_a_foreign_write_during_the_flight_wins) {
  logged_in(-1s);
  auto who = a.get_token();
  place.content.credential = login_of("alice", "r8", "a8", start_of_test + 1h);
  a.answer(issued("a2", "r2"));
  EXPECT_EQ(place.content.credential.refresh_token, secret{"r8"});
  EXPECT_EQ(a.token_of(who), "a8");
}

TEST_F(machine, g6_a_refused_loser_adopts_the_winners_credential) {
  logged_in(-1s);
  auto who = a.get_token();
  place.content.credential = login_of("alice", "r8", "a8", start_of_test + 1h);
  a.answer(refused(400, "invalid_grant"));
  EXPECT_EQ(a.token_of(who), "a8");
  EXPECT_EQ(a.status().health, auth_health::ok);
  EXPECT_EQ(entry("r1")->fate, token_fate::refused);
}

TEST_F(machine, g6_a_spent_token_that_came_back_is_replaced_by_its_successor) {
  logged_in(-1s);
  a.get_token();
  a.answer(issued("a2", "r2", 10min));
  place.content.credential = login_of("alice", "r1", "a1", start_of_test - 1s);
  a.store_changed();
  EXPECT_EQ(a.shown_token(), "a2") << "never adopted over another";
  a.advance(20min);
  EXPECT_EQ(a.sent.back(), "r2") << "never sent";
}

// -- G7 no mixing
// -------------------------------------------------------------------------------------------------------------

TEST_F(machine, g7_no_mixing_another_account_in_the_store_is_not_adopted_without_reload) {
  logged_in(-1s);
  place.content.credential = login_of("bob", "rb", "ab", start_of_test + 1h);
  a.store_changed();
  EXPECT_EQ(a.shown_token(), "a1");
  EXPECT_EQ(a.error_of(a.get_token()), ec::account_changed);
  EXPECT_TRUE(a.sent.empty());
  auto who = a.reload();
  EXPECT_EQ(*a.got<reload_outcome>(who), reload_outcome::changed);
  EXPECT_EQ(a.token_of(a.get_token()), "ab");
}

TEST_F(machine, g7_a_credential_without_an_account_gets_a_login_id) {
  a.start();
  a.login(login_of("", "r1", "a1", start_of_test + 1h));
  EXPECT_FALSE(place.content.credential.login_id.empty());
  a.refresh({.observed = a.status().generation});
  a.answer(issued("a2", "r2"));
  EXPECT_EQ(place.content.credential.refresh_token, secret{"r2"});
  EXPECT_FALSE(place.content.credential.login_id.empty());
}

// -- G8 reads never wait
// ------------------------------------------------------------------------------------------------------

TEST_F(machine, g8_reads_never_wait_for_a_flight) {
  logged_in(2min); // within the early window: refreshed ahead
  a.advance(0s);
  ASSERT_EQ(a.sent.size(), 1u);
  EXPECT_EQ(a.token_of(a.get_token()), "a1");
  EXPECT_NE(a.machine.answer_at_once(get_status{}, a.now().at), nullptr);
}

TEST_F(machine, g8_refreshes_ahead_and_callers_keep_the_old_token_meanwhile) {
  logged_in(1h);
  a.advance(54min);
  EXPECT_TRUE(a.sent.empty());
  a.advance(2min);
  ASSERT_EQ(a.sent.size(), 1u);
  EXPECT_EQ(a.token_of(a.get_token()), "a1");
  a.answer(issued("a2", "r2"));
  EXPECT_EQ(a.token_of(a.get_token()), "a2");
}

} // namespace
