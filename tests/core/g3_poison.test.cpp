#include "breakwater/tests/core/machine_test.hpp"

using namespace breakwater;
using namespace std::chrono_literals;

namespace {

using machine = machine_test;

TEST_F(machine, g3_a_refusal_that_another_process_had_poisons_a_doubt_here_at_the_next_look) {
  place.content.credential = login_of("alice", "r1", "a1", start_of_test + 1s);
  machine_driver b{place, 2};
  b.start();
  b.refresh();
  b.answer(lost());
  a.start();
  EXPECT_EQ(a.status().health, auth_health::in_doubt);
  b.advance(10min);
  b.refresh();
  b.answer(refused("invalid_grant"));
  EXPECT_EQ(b.status().health, auth_health::poisoned);
  a.store_changed();
  EXPECT_EQ(a.status().health, auth_health::poisoned);
  EXPECT_EQ(a.status().method, auth_method::oauth);
  EXPECT_EQ(a.shown_token(), "");
  EXPECT_TRUE(a.sent.empty());
}

TEST_F(machine, g3_poison_no_request_after_a_refusal_by_later_calls) {
  logged_in(30min);
  auto who = a.refresh();
  a.answer(refused("refresh_token_reused"));
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
  a.answer(refused("invalid_grant"));
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
  a.answer(refused("invalid_grant"));
  b.refresh();
  EXPECT_EQ(b.error_of(1), ec::refresh_refused);
  EXPECT_TRUE(b.sent.empty());
}

TEST_F(machine, g3_poison_clears_by_itself_when_auth_materially_changes) {
  logged_in(30min);
  a.refresh();
  a.answer(refused("invalid_grant"));
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
  a.answer(refused("invalid_grant"));
  place.content.credential.refreshed_at += 1h;
  a.store_changed();
  auto who = a.reload();
  EXPECT_EQ(*a.got<reload_outcome>(who), reload_outcome::unchanged);
  EXPECT_EQ(a.status().health, auth_health::poisoned);
}

TEST_F(machine, g3_poison_a_new_access_token_is_shown_but_the_dead_refresh_token_is_not_sent) {
  logged_in(30min);
  a.refresh();
  a.answer(refused("invalid_grant"));
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
  a.answer(refused("invalid_grant"));
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
  a.answer(refused("invalid_client"));
  EXPECT_EQ(a.error_of(who), ec::misconfigured);
  EXPECT_EQ(a.status().health, auth_health::misconfigured);
  for (int i = 0; i < 29; ++i) {
    EXPECT_EQ(a.error_of(a.get_token()), ec::misconfigured);
    a.advance(10s);
  }
  EXPECT_EQ(a.sent.size(), 1u);
}

TEST_F(machine, g3_poison_of_a_token_that_the_store_gave_up_stays_away_but_the_ledger_condemns_it) {
  logged_in(30min);
  auto who = a.refresh();
  place.content.credential = login_of("bob", "rb", "ab", start_of_test + 1h);
  a.answer(refused("invalid_grant"));
  EXPECT_EQ(a.error_of(who), ec::account_changed) << "what helps is a reload";
  EXPECT_EQ(a.status().health, auth_health::ok);
  EXPECT_EQ(entry("r1")->fate, token_fate::refused);
  a.advance(10s);
  a.refresh();
  EXPECT_EQ(a.sent.size(), 1u);
}

} // namespace
