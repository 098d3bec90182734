#include "breakwater/tests/support/auth_fixture.hpp"

namespace breakwater {
namespace {

using namespace std::chrono_literals;
using namespace breakwater::testing;

/// What becomes of a credential: poison, pauses, login, logout, reload, the end.
class credential_changes : public auth_fixture {
protected:
  void SetUp() override { store(oauth_credential("access-1", "refresh-1", wall() - 1h)); }

  void poison(const auth_handle& auth) {
    auto caller = ask(auth, get_token{});
    authority_answers(refused("refresh_token_reused"));
    ASSERT_EQ(caller.error().code, ec::refresh_refused);
  }
};

TEST_F(credential_changes, given_poison_when_asked_again_then_it_fails_fast_and_nothing_is_sent) {
  auto auth = start_auth();
  poison(auth);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(ask(auth, get_token{}).error().code, ec::refresh_refused);
    EXPECT_EQ(ask(auth, refresh{}).error().code, ec::refresh_refused);
    auto status = ask(auth, get_status{.include_token = true, .refresh = true});
    EXPECT_EQ((**status).health, auth_health::poisoned);
    EXPECT_EQ((**status).method, auth_method::oauth);
    EXPECT_EQ((**status).failure.reason, refusal::reused);
    EXPECT_TRUE((**status).token.empty());
  }
  system.advance(24h);
  EXPECT_EQ(transport.sent().size(), 1u);
}

TEST_F(credential_changes, given_poison_when_restarted_with_the_same_store_then_nothing_is_sent) {
  auto first = start_auth();
  poison(first);
  kill(first);
  auto second = start_auth();
  EXPECT_EQ((**ask(second, get_status{})).health, auth_health::poisoned);
  EXPECT_EQ(ask(second, get_token{}).error().code, ec::refresh_refused);
  system.advance(24h);
  EXPECT_EQ(transport.sent().size(), 1u);
}

TEST_F(credential_changes, given_poison_when_login_then_it_clears) {
  auto auth = start_auth();
  poison(auth);
  auto status = ask(auth, login{oauth_credential("access-9", "refresh-9", wall() + 1h)});
  EXPECT_EQ((**status).health, auth_health::ok);
  EXPECT_EQ((**ask(auth, get_token{})).token, secret{"access-9"});
  EXPECT_EQ(content().credential.refresh_token, secret{"refresh-9"});
}

TEST_F(credential_changes, given_an_unavailable_authority_when_asked_then_backing_off_says_until_when) {
  auto auth = start_auth();
  auto first = ask(auth, get_token{});
  authority_answers(unavailable(20s));
  EXPECT_EQ(first.error().code, ec::unavailable);
  EXPECT_EQ(first.retry_after(), wall() + 20s);
  auto second = ask(auth, get_token{});
  EXPECT_EQ(second.error().code, ec::unavailable);
  auto status = ask(auth, get_status{});
  EXPECT_EQ((**status).health, auth_health::backing_off);
  EXPECT_EQ((**status).retry_after, wall() + 20s);
  EXPECT_EQ(transport.sent().size(), 1u);
  system.advance(21s);
  auto third = ask(auth, get_token{});
  authority_answers(issued("access-2", "refresh-2"));
  EXPECT_EQ((**third).token, secret{"access-2"});
}

TEST_F(credential_changes, given_a_flight_when_login_then_its_answer_changes_nothing) {
  auto auth = start_auth();
  auto caller = ask(auth, get_token{});
  auto status = ask(auth, login{oauth_credential("access-9", "refresh-9", wall() + 1h, "account-2")});
  EXPECT_EQ((**status).account.id, "account-2");
  authority_answers(issued("access-2", "refresh-2"));
  EXPECT_EQ((**ask(auth, get_token{})).token, secret{"access-9"});
  EXPECT_EQ(content().credential.refresh_token, secret{"refresh-9"});
  EXPECT_EQ(caller.times(), 1);
}

TEST_F(credential_changes, given_a_login_when_logout_then_erased_and_revoked) {
  auto auth = start_auth();
  auto outcome = ask(auth, logout{});
  EXPECT_TRUE(outcome->was_logged_in);
  EXPECT_TRUE(outcome->revoking);
  EXPECT_EQ(content().credential.method, auth_method::none);
  EXPECT_EQ(transport.revoked(), std::vector{secret{"refresh-1"}});
  EXPECT_EQ(ask(auth, get_token{}).error().code, ec::logged_out);
  EXPECT_FALSE(ask(auth, logout{})->was_logged_in);
}

TEST_F(credential_changes, given_another_account_in_the_store_when_reload_then_it_switches) {
  settings.look_pause = 1h;
  auto auth = start_auth();
  EXPECT_EQ(*ask(auth, reload{}), reload_outcome::unchanged);
  store(oauth_credential("access-9", "refresh-9", wall() + 1h, "account-2"));
  system.run();
  EXPECT_EQ((**ask(auth, get_status{})).account.id, "account-1"); // the watch saw it, and does not switch
  EXPECT_EQ(*ask(auth, reload{}), reload_outcome::changed);
  EXPECT_EQ((**ask(auth, get_status{})).account.id, "account-2");
  memory_store{place}.take();
  EXPECT_EQ(*ask(auth, reload{}), reload_outcome::logged_out);
}

TEST_F(credential_changes, given_a_new_token_in_the_store_when_the_watch_sees_it_then_adopted) {
  auto auth = start_auth();
  store(oauth_credential("access-5", "refresh-5", wall() + 1h));
  system.run();
  EXPECT_EQ((**ask(auth, get_token{})).token, secret{"access-5"});
  EXPECT_TRUE(transport.sent().empty());
}

TEST_F(credential_changes, given_two_processes_when_both_need_a_token_then_one_exchange) {
  auto first = start_auth();
  auto second = start_auth();
  auto one = ask(first, get_token{});
  auto two = ask(second, get_token{});
  authority_answers(issued("access-2", "refresh-2"));
  system.advance(5s);
  EXPECT_EQ((**one).token, secret{"access-2"});
  EXPECT_EQ((**two).token, secret{"access-2"});
  EXPECT_EQ(transport.sent().size(), 1u);
}

TEST_F(credential_changes, given_decisions_when_explain_then_the_history_tells) {
  auto auth = start_auth();
  poison(auth);
  auto told = ask(auth, explain{});
  ASSERT_FALSE(told->entries.empty());
  EXPECT_EQ(told->entries.size(), log.size());
  for (size_t i = 0; i < log.size(); ++i)
    EXPECT_EQ(told->entries[i].what, log[i].what);
  EXPECT_TRUE(std::any_of(log.begin(), log.end(), [](const log_line& line) { return line.loud; }));
}

TEST_F(credential_changes, given_a_misconfigured_client_when_reconfigured_then_it_tries_again) {
  auto auth = start_auth();
  auto first = ask(auth, get_token{});
  authority_answers(refused("invalid_client"));
  EXPECT_EQ(first.error().code, ec::misconfigured);
  EXPECT_EQ(ask(auth, get_token{}).error().code, ec::misconfigured);
  EXPECT_EQ(transport.sent().size(), 1u);
  {
    auth_service service{auth, 1s};
    auto to = generic_authority("https://authority.example/token", "right-client");
    auto wrong = to;
    wrong.token_endpoint = "authority.example";
    EXPECT_EQ(service.reconfigure(wrong).code, ec::misconfigured);
    EXPECT_FALSE(service.reconfigure(to));
    system.run();
    EXPECT_EQ(transport.speaks_to()->client_id, "right-client");
    auto second = ask(auth, get_token{});
    authority_answers(issued("access-2", "refresh-2"));
    EXPECT_EQ((**second).token, secret{"access-2"});
  }
}

TEST_F(credential_changes, given_a_flight_when_shutdown_then_its_save_is_waited_for) {
  auto auth = start_auth();
  auto caller = ask(auth, get_token{});
  auto end = ask(auth, shutdown{});
  EXPECT_FALSE(end.is_answered());
  auto late = ask(auth, refresh{});
  authority_answers(issued("access-2", "refresh-2"));
  EXPECT_FALSE(end->lost);
  EXPECT_EQ(caller.times(), 1);
  EXPECT_EQ(late.times(), 1);
  EXPECT_EQ(content().credential.refresh_token, secret{"refresh-2"});
  EXPECT_EQ(ask(auth, get_status{}).error().code, ec::shutting_down); // the actor is gone
}

TEST_F(credential_changes, given_the_last_service_when_it_goes_then_the_actor_ends) {
  auto auth = start_auth();
  {
    auth_service service{auth, 1s};
    auto copy = service;
  }
  system.run();
  EXPECT_EQ(ask(auth, get_status{}).error().code, ec::shutting_down);
}

TEST_F(credential_changes, given_a_silent_authority_when_shutdown_is_over_its_deadline_then_all_are_answered) {
  auto auth = start_auth();
  auto caller = ask(auth, get_token{});
  auto end = ask(auth, shutdown{.deadline = 3s});
  system.advance(3s);
  EXPECT_TRUE(end.is_answered());
  EXPECT_EQ(caller.times(), 1);
}

/// A provider of external tokens.
external_provider::behavior_type provider(external_provider::pointer, int* asked) {
  return {[asked](const provide& ask) -> caf::result<credential> {
    if (++*asked > 1)
      return caf::make_error(ec::provider_failed, std::string{"the other program is not running"});
    credential out;
    out.method = auth_method::external;
    out.access_token = secret{"external-2"};
    out.account = ask.account;
    return out;
  }};
}

TEST_F(credential_changes, given_an_external_credential_when_refreshed_then_the_provider_is_asked) {
  auto held = oauth_credential("external-1", "", wall() - 1h);
  held.method = auth_method::external;
  store(held);
  int asked = 0;
  auto with = parts();
  with.provider = system.sys().spawn(provider, &asked);
  auto source = with.provider;
  auto auth = start_auth(std::move(with));
  auto caller = ask(auth, get_token{});
  EXPECT_EQ((**caller).token, secret{"external-2"});
  EXPECT_EQ(asked, 1);
  auto again = ask(auth, get_token{.rejected = (**caller).generation});
  EXPECT_EQ(again.error().code, ec::provider_failed);
  EXPECT_NE(again.error().message.find("not running"), std::string::npos);
  EXPECT_TRUE(transport.sent().empty());
  caf::anon_send_exit(source, caf::exit_reason::kill);
}

} // namespace
} // namespace breakwater
