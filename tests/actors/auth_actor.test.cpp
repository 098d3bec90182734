#include "breakwater/tests/support/auth_fixture.hpp"

namespace breakwater {
namespace {

using namespace std::chrono_literals;
using namespace breakwater::testing;

/// Callers and their answers.
class auth_actor_test : public auth_fixture {
protected:
  /// A token that ended an hour ago: whoever needs one needs a flight.
  void store_expired() { store(oauth_credential("access-1", "refresh-1", wall() - 1h)); }
  void store_valid() { store(oauth_credential("access-1", "refresh-1", wall() + 1h)); }
};

TEST_F(auth_actor_test, given_1000_callers_when_they_need_a_token_then_one_exchange) {
  store_expired();
  auto auth = start_auth();
  std::vector<question<bearer>> callers;
  for (int i = 0; i < 1000; ++i)
    callers.push_back(ask(auth, get_token{}));
  EXPECT_EQ(transport.sent(), std::vector{secret{"refresh-1"}});
  authority_answers(issued("access-2", "refresh-2"));
  for (auto& caller : callers)
    ASSERT_EQ(caller->get()->token, secret{"access-2"});
  EXPECT_EQ(transport.sent().size(), 1u);
  EXPECT_EQ(content().credential.refresh_token, secret{"refresh-2"});
}

TEST_F(auth_actor_test, given_a_valid_token_when_asked_then_answered_at_once_with_one_shared_object) {
  store_valid();
  auto auth = start_auth();
  auto first = ask(auth, get_token{});
  auto second = ask(auth, get_token{});
  EXPECT_EQ(first->get()->token, secret{"access-1"});
  EXPECT_EQ(first->get(), second->get());
  EXPECT_EQ(ask(auth, get_status{})->get(), ask(auth, get_status{})->get());
  EXPECT_TRUE(transport.sent().empty());
}

TEST_F(auth_actor_test, given_a_status_without_token_when_asked_with_token_then_each_gets_its_own) {
  store_valid();
  auto auth = start_auth();
  EXPECT_TRUE((**ask(auth, get_status{})).token.empty());
  EXPECT_EQ((**ask(auth, get_status{.include_token = true})).token, secret{"access-1"});
  EXPECT_TRUE((**ask(auth, get_status{})).token.empty());
}

TEST_F(auth_actor_test, given_a_flight_when_status_is_asked_then_it_is_answered_at_once) {
  store_expired();
  auto auth = start_auth();
  auto waiting = ask(auth, get_token{});
  auto status = ask(auth, get_status{});
  EXPECT_EQ((**status).health, auth_health::refreshing);
  EXPECT_FALSE(waiting.is_answered());
}

TEST_F(auth_actor_test, given_a_flight_when_one_caller_dies_then_the_others_are_answered) {
  store_expired();
  auto auth = start_auth();
  auto first = ask(auth, get_token{});
  auto second = ask(auth, get_token{});
  first.kill();
  system.run();
  authority_answers(issued("access-2", "refresh-2"));
  EXPECT_FALSE(first.is_answered());
  EXPECT_EQ((**second).token, secret{"access-2"});
  EXPECT_EQ(transport.sent().size(), 1u);
}

TEST_F(auth_actor_test, given_a_silent_authority_when_wait_max_is_over_then_only_that_caller_is_told) {
  store_expired();
  auto auth = start_auth();
  auto patient = ask(auth, get_token{.wait_max = 30s});
  auto hasty = ask(auth, get_token{.wait_max = 1500ms});
  system.advance(1499ms);
  EXPECT_FALSE(hasty.is_answered());
  system.advance(1ms);
  EXPECT_EQ(hasty.error().code, ec::timed_out);
  EXPECT_FALSE(hasty.error().message.empty());
  EXPECT_FALSE(patient.is_answered());
  authority_answers(issued("access-2", "refresh-2"));
  EXPECT_EQ((**patient).token, secret{"access-2"});
  EXPECT_EQ(hasty.times(), 1);
}

TEST_F(auth_actor_test, given_a_long_wait_when_sleep_is_capped_then_the_deadline_still_counts) {
  store_expired();
  auto auth = start_auth();
  auto caller = ask(auth, get_token{.wait_max = 10min});
  system.advance(10min - 1ns);
  EXPECT_FALSE(caller.is_answered());
  system.advance(1ns);
  EXPECT_EQ(caller.error().code, ec::timed_out);
}

TEST_F(auth_actor_test, given_any_wait_max_when_asked_then_it_is_not_taken_for_over) {
  store_expired();
  auto auth = start_auth();
  constexpr auto forever = std::chrono::milliseconds::max();
  auto caller = ask(auth, get_token{.wait_max = forever});
  auto greedy = ask(auth, get_token{.min_validity = forever, .wait_max = forever});
  auto status = ask(auth, get_status{.refresh = true, .wait_max = forever});
  EXPECT_FALSE(caller.is_answered());
  authority_answers(issued("access-2", "refresh-2"));
  EXPECT_EQ((**caller).token, secret{"access-2"});
  EXPECT_EQ(greedy.error().code, ec::validity_unavailable);
  EXPECT_EQ((**status).generation, (**caller).generation);
  ask(auth, shutdown{.deadline = forever});
}

TEST_F(auth_actor_test, given_a_rejected_token_when_named_then_another_is_handed_out) {
  store_valid();
  auto auth = start_auth();
  auto first = ask(auth, get_token{});
  auto again = ask(auth, get_token{.rejected = (**first).generation});
  EXPECT_FALSE(again.is_answered());
  authority_answers(issued("access-2", "refresh-2"));
  EXPECT_EQ((**again).token, secret{"access-2"});
}

TEST_F(auth_actor_test, given_a_newer_generation_than_observed_when_refresh_then_no_exchange) {
  store_expired();
  auto auth = start_auth();
  auto observed = (**ask(auth, get_status{})).generation;
  auto first = ask(auth, refresh{.observed = observed});
  authority_answers(issued("access-2", "refresh-2"));
  EXPECT_NE((**first).generation, observed);
  auto late = ask(auth, refresh{.observed = observed});
  EXPECT_EQ((**late).generation, (**first).generation);
  EXPECT_EQ(transport.sent().size(), 1u);
}

TEST_F(auth_actor_test, given_waiters_when_the_actor_is_killed_then_each_is_told_once) {
  store_expired();
  auto auth = start_auth();
  std::vector<question<bearer>> callers;
  for (int i = 0; i < 10; ++i)
    callers.push_back(ask(auth, get_token{}));
  auto status = ask(auth, get_status{.refresh = true});
  kill(auth);
  for (auto& caller : callers) {
    EXPECT_EQ(caller.times(), 1);
    EXPECT_EQ(caller.error().code, ec::shutting_down);
  }
  EXPECT_EQ(status.error().code, ec::shutting_down);
  EXPECT_EQ(ask(auth, get_status{}).error().code, ec::shutting_down);
}

TEST_F(auth_actor_test, given_more_callers_than_allowed_when_asked_then_overloaded) {
  settings.waiters_max = 2;
  store_expired();
  auto auth = start_auth();
  auto first = ask(auth, get_token{});
  auto second = ask(auth, get_token{});
  EXPECT_EQ(ask(auth, get_token{}).error().code, ec::overloaded);
  authority_answers(issued("access-2", "refresh-2"));
  EXPECT_EQ((**first).token, (**second).token);
}

TEST_F(auth_actor_test, given_no_credential_when_asked_then_logged_out) {
  auto auth = start_auth();
  EXPECT_EQ(ask(auth, get_token{}).error().code, ec::logged_out);
  EXPECT_EQ((**ask(auth, get_status{.refresh = true})).method, auth_method::none);
}

TEST_F(auth_actor_test, given_a_transport_that_dies_when_refreshing_then_in_doubt_and_answered) {
  store_expired();
  auto auth = start_auth();
  auto caller = ask(auth, get_token{});
  transport.end();
  system.run();
  EXPECT_EQ(caller.error().code, ec::in_doubt);
}

TEST_F(auth_actor_test, given_a_store_that_dies_when_refreshing_then_nothing_is_sent) {
  store_expired();
  auto with = parts();
  auto dead = with.store;
  auto auth = start_auth(std::move(with));
  caf::anon_send_exit(dead, caf::exit_reason::kill);
  system.run();
  auto caller = ask(auth, get_token{});
  system.advance(2min);
  EXPECT_TRUE(caller.is_error());
  EXPECT_TRUE(transport.sent().empty());
}

} // namespace
} // namespace breakwater
