#include "breakwater/tests/core/machine_test.hpp"

#include <algorithm>

using namespace breakwater;
using namespace std::chrono_literals;

namespace {

using asks = machine_test;

TEST_F(asks, given_no_credential_when_asked_then_logged_out) {
  a.start();
  EXPECT_EQ(a.error_of(a.get_token()), ec::logged_out);
  EXPECT_EQ(a.status().method, auth_method::none);
}

TEST_F(asks, given_an_api_key_when_a_refresh_is_asked_for_then_success_without_network) {
  a.start();
  credential key;
  key.method = auth_method::api_key;
  key.api_key = secret{"key"};
  a.login(key);
  EXPECT_NE(a.got<auth_status>(a.refresh()), nullptr);
  EXPECT_EQ(a.token_of(a.get_token()), "key");
  auto g = a.status().generation;
  EXPECT_EQ(a.error_of(a.get_token({.rejected = g})), ec::token_rejected);
  EXPECT_TRUE(a.sent.empty());
}

TEST_F(asks, given_a_just_issued_token_when_refresh_is_asked_for_again_then_it_is_new_enough) {
  logged_in();
  a.refresh();
  a.answer(issued("a2", "r2"));
  for (int i = 0; i < 1000; ++i)
    EXPECT_NE(a.got<auth_status>(a.refresh()), nullptr);
  EXPECT_EQ(a.sent.size(), 1u);
  a.advance(11s);
  a.refresh();
  EXPECT_EQ(a.sent.size(), 2u);
}

TEST_F(asks, given_an_older_generation_when_observed_then_the_newer_one_is_answered_without_network) {
  logged_in();
  auto old = a.status().generation;
  a.refresh();
  a.answer(issued("a2", "r2"));
  a.advance(1min);
  EXPECT_NE(a.got<auth_status>(a.refresh({.observed = old})), nullptr);
  EXPECT_EQ(a.sent.size(), 1u);
  a.refresh({.observed = a.status().generation});
  EXPECT_EQ(a.sent.size(), 2u);
}

TEST_F(asks, given_a_rejected_generation_when_asked_then_the_store_is_read_then_a_refresh_made_then_a_clear_error) {
  logged_in();
  auto g = a.status().generation;
  place.content.credential = login_of("alice", "r2", "a2", start_of_test + 1h);
  EXPECT_EQ(a.token_of(a.get_token({.rejected = g})), "a2") << "the store had a newer one";
  EXPECT_TRUE(a.sent.empty());
  g = a.status().generation;
  auto who = a.get_token({.rejected = g});
  ASSERT_EQ(a.sent.size(), 1u);
  a.answer(issued("a2", "r2"));
  EXPECT_EQ(a.error_of(who), ec::token_rejected) << "identical tokens again";
}

TEST_F(asks, given_a_generation_of_another_life_when_rejected_then_the_current_token_is_news) {
  logged_in();
  EXPECT_EQ(a.token_of(a.get_token({.rejected = {99, 5}})), "a1");
}

TEST_F(asks, given_more_validity_than_the_authority_gives_when_asked_then_a_clear_error) {
  logged_in();
  auto who = a.get_token({.min_validity = 2h});
  a.answer(issued("a2", "r2"));
  EXPECT_EQ(a.error_of(who), ec::validity_unavailable);
}

TEST_F(asks, given_an_already_expired_issue_when_answered_then_it_is_kept_and_backed_off) {
  logged_in(-1s);
  auto who = a.get_token();
  a.answer(issued("a2", "r2", 0s));
  EXPECT_EQ(a.error_of(who), ec::unavailable);
  EXPECT_EQ(place.content.credential.refresh_token, secret{"r2"}) << "the rotated one is not lost";
  EXPECT_EQ(a.error_of(a.get_token()), ec::unavailable);
  EXPECT_EQ(a.sent.size(), 1u);
}

TEST_F(asks, given_identical_tokens_when_issued_near_the_end_then_no_new_try_before_the_early_window_is_over) {
  logged_in(2min);
  a.advance(0s);
  a.answer(issued("a1", "r1", 2min));
  a.advance(4min);
  EXPECT_EQ(a.sent.size(), 1u);
}

TEST_F(asks, given_an_unreadable_store_when_reloaded_then_the_snapshot_stays) {
  logged_in();
  place.unreadable = true;
  EXPECT_EQ(a.error_of(a.reload()), ec::store_unreadable);
  EXPECT_EQ(a.shown_token(), "a1");
  EXPECT_EQ(a.error_of(a.refresh()), ec::store_unreadable);
  EXPECT_TRUE(a.sent.empty());
  place.unreadable = false;
  a.advance(2s);
  a.refresh();
  EXPECT_EQ(a.sent.size(), 1u);
}

TEST_F(asks, given_a_store_that_cannot_be_read_at_the_start_when_asked_then_that_is_said_and_not_logged_out) {
  place.content.credential = login_of("alice", "r1", "a1", start_of_test + 1h);
  place.unreadable = true;
  a.start();
  EXPECT_EQ(a.error_of(a.get_token()), ec::store_unreadable);
  auto refused = a.refresh();
  EXPECT_EQ(a.error_of(refused), ec::store_unreadable);
  EXPECT_EQ(a.got<refused_request>(refused)->error.message, "auth.json: not JSON");
  EXPECT_EQ(a.got<refused_request>(refused)->retry_after, unknown_time);
  EXPECT_EQ(a.status().failure.code, ec::store_unreadable);
  place.unreadable = false;
  a.advance(2s);
  EXPECT_EQ(a.token_of(a.get_token()), "a1");
}

TEST_F(asks, given_a_refresh_asked_for_before_the_store_was_read_when_it_is_read_then_one_request_all_the_same) {
  auto early = {a.refresh(), a.get_status({.include_token = true, .refresh = true})};
  auto seen_elsewhere = a.refresh({.observed = {99, 7}});
  logged_in();
  EXPECT_EQ(a.sent, std::vector<std::string>{"r1"});
  for (auto who : early)
    EXPECT_TRUE(a.open(who));
  EXPECT_FALSE(a.open(seen_elsewhere)); // whatever we hold is news to it
  a.answer(issued("a2", "r2"));
  for (auto who : early)
    EXPECT_EQ((*a.got<auth_status>(who))->generation.number, 3u);
}

TEST_F(asks, given_a_deleted_store_when_reloaded_then_logged_out) {
  logged_in();
  place.content.credential = {};
  auto who = a.reload();
  EXPECT_EQ(*a.got<reload_outcome>(who), reload_outcome::logged_out);
  EXPECT_EQ(a.status().method, auth_method::none);
}

TEST_F(asks, given_a_login_when_it_cannot_be_stored_then_it_fails_and_nothing_changes) {
  logged_in();
  place.unwritable = true;
  EXPECT_EQ(a.error_of(a.login(login_of("bob", "rb", "ab", start_of_test + 1h))), ec::store_unwritable);
  EXPECT_EQ(a.shown_token(), "a1");
}

TEST_F(asks, given_a_login_without_tokens_when_asked_then_a_clear_error) {
  a.start();
  credential empty;
  empty.method = auth_method::oauth;
  EXPECT_EQ(a.error_of(a.login(empty)), ec::invalid_request);
}

TEST_F(asks, given_tokens_of_another_account_when_issued_then_they_are_refused_whole) {
  logged_in(-1s);
  place.content.credential.id_token = secret{"eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.eA"};
  a.reload();
  auto who = a.get_token();
  auto answer = issued("a2", "r2");
  answer.id_token = secret{"eyJhbGciOiJub25lIn0.eyJzdWIiOiJib2IifQ.eA"};
  a.answer(answer);
  EXPECT_EQ(a.error_of(who), ec::refresh_refused);
  EXPECT_EQ(a.status().failure.reason, refusal::other_account);
  EXPECT_EQ(place.content.credential.refresh_token, secret{"r1"});
}

TEST_F(asks, given_an_external_login_when_it_ends_then_the_provider_is_asked_and_no_lease_is_taken) {
  a.start();
  credential given;
  given.method = auth_method::external;
  given.account.id = "alice";
  given.access_token = secret{"x1"};
  given.expires_at = start_of_test + 10s;
  a.login(given);
  a.advance(20s);
  ASSERT_EQ(a.in_the_air.size(), 1u) << "asked ahead of its end";
  EXPECT_TRUE(a.sent.empty());
  EXPECT_EQ(place.lease_holder, nullptr);
}

TEST_F(asks, given_a_logout_while_a_flight_reads_the_store_when_asked_then_logged_out) {
  // By hand, since the driver's store answers at once: the flight's load comes after the logout's erasing.
  auth_machine m{{}, 1};
  auto op_of = [](const effect_list& all) {
    uint64_t op = 0;
    for (auto& e : all)
      std::visit(
          [&](auto& each) {
            if constexpr (requires { each.op; })
              op = each.op;
          },
          e);
    return op;
  };
  auto now = a.now();
  load_result held{{}, {login_of("alice", "r1", "a1", start_of_test - 1s), {}, {}}};
  m.on_loaded(op_of(m.on_start(now)), held, now);
  auto acquire = op_of(m.on_get_token(1, {}, now));
  auto take = op_of(m.on_logout(2, {}, now));
  auto load = op_of(m.on_acquired(acquire, {}, now));
  m.on_taken(take, {{}, held.found.credential}, now);
  m.on_get_token(3, {}, now);
  auto done = m.on_loaded(load, {}, now);
  for (auto& e : m.on_loaded(op_of(done), {}, now)) // the look before the caller fails
    done.push_back(e);
  auto told = std::find_if(done.begin(), done.end(),
                           [](const effect& e) { return std::holds_alternative<effects::answer>(e); });
  ASSERT_NE(told, done.end());
  auto& answer = std::get<effects::answer>(*told);
  EXPECT_EQ(answer.who, std::vector<waiter_id>{3});
  EXPECT_EQ(std::get<refused_request>(answer.what).error.code, ec::logged_out);
}

TEST_F(asks, given_a_flight_that_ended_when_its_callers_are_answered_then_the_status_says_what_came_of_it) {
  logged_in(-1s);
  auto first = a.get_status({.refresh = true});
  a.answer(refused("temporarily_unavailable"));
  EXPECT_EQ((**a.got<auth_status>(first)).health, auth_health::backing_off);
  a.advance(2s);
  auto second = a.get_status({.refresh = true});
  a.answer(issued("a2", "r2"));
  EXPECT_EQ((**a.got<auth_status>(second)).health, auth_health::ok);
}

TEST_F(asks, given_nothing_to_wait_for_when_idle_then_no_timer_is_armed) {
  a.start();
  EXPECT_FALSE(a.armed);
}

TEST_F(asks, given_the_history_when_explained_then_it_tells_the_story_without_secrets) {
  logged_in(-1s);
  a.get_token();
  a.answer(refused("invalid_grant"));
  std::string story;
  for (auto& e : a.machine.decisions().entries)
    story += e.what + ": " + e.detail + "\n";
  EXPECT_NE(story.find("flight_started"), std::string::npos);
  EXPECT_NE(story.find("poisoned"), std::string::npos);
  EXPECT_NE(story.find("invalid_grant"), std::string::npos);
  EXPECT_EQ(story.find("r1 "), std::string::npos);
}

TEST_F(asks, given_endless_or_negative_times_when_asked_then_they_are_clamped) {
  constexpr auto least = std::chrono::milliseconds::min(), most = std::chrono::milliseconds::max();
  logged_in(-1s);
  auto patient = a.get_token({.wait_max = most});
  auto impatient = a.get_token({.wait_max = least});
  auto status = a.get_status({.refresh = true, .wait_max = most});
  auto hasty = a.refresh({.wait_max = least});
  a.advance(1s);
  EXPECT_TRUE(a.open(patient) && a.open(status));
  EXPECT_EQ(a.error_of(impatient), ec::timed_out);
  EXPECT_EQ(a.error_of(hasty), ec::timed_out);
  a.answer(issued("a2", "r2"));
  EXPECT_EQ(a.token_of(patient), "a2");
  EXPECT_EQ(a.token_of(a.get_token({.min_validity = least})), "a2");
  auto demanding = a.get_token({.min_validity = most});
  EXPECT_TRUE(a.open(demanding)) << "no token lives that long";
  a.answer(issued("a3", "r3"));
  EXPECT_EQ(a.error_of(demanding), ec::validity_unavailable);
  a.refresh({.observed = a.status().generation});
  EXPECT_TRUE(a.open(a.shutdown(most)));
  machine_driver b{place, 2};
  b.start();
  EXPECT_NE(b.got<shutdown_outcome>(b.shutdown(least)), nullptr);
}

TEST_F(asks, given_a_storm_of_foreign_writes_when_a_look_is_under_way_then_one_more_follows_it) {
  logged_in();
  auto first = a.machine.on_store_changed(a.now());
  ASSERT_EQ(first.size(), 1u);
  auto before = place.content; // what the look reads
  place.content.credential = login_of("alice", "r2", "a2", start_of_test + 2h);
  for (int i = 0; i < 1000; ++i)
    EXPECT_TRUE(a.machine.on_store_changed(a.now()).empty());
  auto second = a.machine.on_loaded(std::get<effects::store_load>(first[0]).op, {{}, before}, a.now());
  ASSERT_FALSE(second.empty()) << "the last change may be younger than what was read";
  auto load = std::get_if<effects::store_load>(&second.back());
  ASSERT_NE(load, nullptr);
  auto after = a.machine.on_loaded(load->op, {{}, place.content}, a.now());
  EXPECT_EQ(a.shown_token(), "a2");
  for (auto& e : after)
    EXPECT_FALSE(std::holds_alternative<effects::store_load>(e)) << "and no more";
}

} // namespace
