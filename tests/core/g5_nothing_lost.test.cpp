#include "breakwater/tests/core/machine_test.hpp"

using namespace breakwater;
using namespace std::chrono_literals;

namespace {

using machine = machine_test;

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

TEST_F(machine, g5_unsaved_shows_why_in_the_stores_words) {
  logged_in(-1s);
  a.get_token();
  place.uncommittable = true;
  a.answer(issued("a2", "r2"));
  EXPECT_EQ(a.status().failure.code, ec::store_unwritable);
  EXPECT_NE(a.status().failure.message.find("no space left on device"), std::string::npos);
  place.unreadable = true;
  a.store_changed(); // another trouble beside it
  EXPECT_NE(a.status().failure.message.find("no space left on device"), std::string::npos);
  EXPECT_EQ(a.notes.back().what, "unsaved");
  EXPECT_NE(a.loud.back().find("no space left on device"), std::string::npos);
}

TEST_F(machine, g5_shutdown_tries_again_until_its_deadline_and_says_aloud_what_is_lost_and_why) {
  logged_in(-1s);
  a.get_token();
  place.uncommittable = true;
  a.answer(issued("a2", "r2"));
  a.advance(20min); // the pauses have grown to minutes
  auto end = a.shutdown(10s);
  EXPECT_TRUE(a.open(end));
  a.advance(9s);
  place.uncommittable = false;
  a.advance(1s);
  ASSERT_NE(a.got<shutdown_outcome>(end), nullptr);
  EXPECT_FALSE(a.got<shutdown_outcome>(end)->lost) << "saved in its last second";

  machine_driver b{place, 2};
  b.start();
  place.uncommittable = true;
  b.refresh();
  b.answer(issued("a3", "r3"));
  auto gone = b.shutdown(10s);
  b.advance(10s);
  EXPECT_TRUE(b.got<shutdown_outcome>(gone)->lost);
  EXPECT_NE(b.loud.back().find("lost"), std::string::npos);
  EXPECT_NE(b.loud.back().find("no space left on device"), std::string::npos);
  EXPECT_NE(b.loud.back().find(to_string(hash_of(secret{"r3"}))), std::string::npos);
  EXPECT_TRUE(place.content.intent) << "nobody replays r2 blindly";
}

TEST_F(machine, g5_what_is_lost_is_said_aloud_also_where_no_history_is_kept) {
  auth_settings quiet;
  quiet.history_max = 0;
  machine_driver b{place, 2, quiet};
  place.content.credential = login_of("alice", "r1", "a1", start_of_test - 1s);
  b.start();
  b.get_token();
  place.uncommittable = true;
  b.answer(issued("a2", "r2"));
  b.shutdown(0s);
  ASSERT_FALSE(b.loud.empty());
  EXPECT_EQ(b.loud.back().substr(0, 4), "lost");
  EXPECT_TRUE(b.machine.decisions().entries.empty());
}

TEST_F(machine, g5_a_request_under_way_at_the_end_is_said_aloud) {
  logged_in(-1s);
  a.get_token();
  a.shutdown(0s);
  ASSERT_FALSE(a.loud.empty());
  EXPECT_EQ(a.loud.back().substr(0, 10), "unanswered");
}

TEST_F(machine, g5_a_token_that_ended_before_the_store_failed_is_no_promise_of_the_authority) {
  logged_in(-1s);
  auto who = a.get_token();
  place.uncommittable = true;
  a.answer(issued("a2", "r2", 0s));
  EXPECT_EQ(a.error_of(who), ec::store_unwritable);
  EXPECT_EQ(a.status().health, auth_health::unsaved);
}

TEST_F(machine, g5_an_unsaved_token_in_use_is_not_revoked_when_another_program_logs_in_as_somebody_else) {
  logged_in(-1s);
  a.get_token();
  place.uncommittable = true;
  a.answer(issued("a2", "r2"));
  place.uncommittable = false;
  place.content.credential = login_of("bob", "rb", "ab", start_of_test + 1h);
  a.advance(5min);
  EXPECT_EQ(a.shown_token(), "a2") << "callers go on with it until a reload";
  EXPECT_TRUE(a.revoked.empty()) << "so it has to work";
  EXPECT_EQ(a.error_of(a.refresh({.observed = a.status().generation})), ec::account_changed);
  EXPECT_EQ(place.lease_holder, nullptr) << "bob's own refreshers are not kept waiting";
}

} // namespace
