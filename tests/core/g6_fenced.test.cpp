#include "breakwater/tests/core/machine_test.hpp"

using namespace breakwater;
using namespace std::chrono_literals;

namespace {

using machine = machine_test;

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
  a.answer(refused("invalid_grant"));
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
  a.answer(refused("invalid_grant"));
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

TEST_F(machine, g6_after_a_lost_lease_the_stores_ledger_knows_better_than_ours) {
  logged_in(-1s);
  auto who = a.get_token();
  place.lease_holder = nullptr; // another process refreshed under its own lease, and was refused later
  place.content.credential = login_of("alice", "r2", "a2", start_of_test + 1h);
  place.content.ledger.push_back({.refresh_token = hash_of(secret{"r2"}), .fate = token_fate::refused});
  a.answer(refused("invalid_grant"));
  EXPECT_EQ(a.error_of(who), ec::refresh_refused);
  EXPECT_EQ(a.status().health, auth_health::poisoned) << "a dead token is not adopted";
}

TEST_F(machine, g6_after_a_lost_lease_a_conflict_with_a_dead_token_adopts_nothing) {
  logged_in(-1s);
  auto who = a.get_token();
  place.lease_holder = nullptr;
  place.content.credential = login_of("alice", "r2", "a2", start_of_test + 1h);
  place.content.ledger.push_back({.refresh_token = hash_of(secret{"r2"}), .fate = token_fate::refused});
  a.answer(issued("a3", "r3"));
  EXPECT_EQ(a.error_of(who), ec::store_conflict);
  EXPECT_EQ(place.content.credential.refresh_token, secret{"r2"});
}

} // namespace
