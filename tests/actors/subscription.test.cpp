#include "breakwater/actors/snapshot_view.hpp"
#include "breakwater/tests/support/auth_fixture.hpp"

namespace breakwater {
namespace {

using namespace std::chrono_literals;
using namespace breakwater::testing;

struct seen {
  std::vector<auth_status> all;
  snapshot_view view;
};

listener::behavior_type watch(listener::pointer, seen* what) {
  return {[what](const auth_changed& notice) {
    what->all.push_back(notice.snapshot);
    what->view.update(notice);
  }};
}

class subscription : public auth_fixture {
protected:
  ~subscription() override {
    for (auto& actor : actors_)
      caf::anon_send_exit(actor, caf::exit_reason::kill);
    system.run();
  }

  listener make_listener(seen& into) {
    actors_.push_back(system.sys().spawn(watch, &into));
    return actors_.back();
  }

  void tell(const auth_handle& auth, const auto& message) {
    compat::anon_send(auth, message);
    system.run();
  }

private:
  std::vector<listener> actors_;
};

TEST_F(subscription, given_a_credential_when_subscribed_then_the_current_one_at_once_and_each_change_in_order) {
  store(oauth_credential("access-1", "refresh-1", wall() - 1h));
  auto auth = start_auth();
  seen notices;
  tell(auth, subscribe{make_listener(notices)});
  ASSERT_EQ(notices.all.size(), 1u);
  EXPECT_EQ(notices.all[0]->token, secret{"access-1"});
  auto caller = ask(auth, get_token{});
  authority_answers(issued("access-2", "refresh-2"));
  authority_answers({});
  ask(auth, login{oauth_credential("access-3", "refresh-3", wall() + 1h)});
  std::vector<secret> tokens;
  for (auto& status : notices.all)
    if (tokens.empty() || !(tokens.back() == status->token))
      tokens.push_back(status->token);
  EXPECT_EQ(tokens, (std::vector{secret{"access-1"}, secret{"access-2"}, secret{"access-3"}}));
}

TEST_F(subscription, given_a_view_when_changes_arrive_then_it_shows_the_last_without_a_message) {
  seen notices;
  EXPECT_EQ(notices.view->method, auth_method::none);
  EXPECT_TRUE(notices.view.token().empty());
  store(oauth_credential("access-1", "refresh-1", wall() + 1h));
  auto auth = start_auth();
  tell(auth, subscribe{make_listener(notices)});
  EXPECT_EQ(notices.view.token(), secret{"access-1"});
  ask(auth, logout{});
  EXPECT_TRUE(notices.view.token().empty());
}

TEST_F(subscription, given_poison_when_published_then_the_listener_sees_why_and_no_token) {
  store(oauth_credential("access-1", "refresh-1", wall() - 1h));
  auto auth = start_auth();
  seen notices;
  tell(auth, subscribe{make_listener(notices)});
  auto caller = ask(auth, get_token{});
  authority_answers(refused("refresh_token_expired"));
  EXPECT_EQ(notices.view->health, auth_health::poisoned);
  EXPECT_EQ(notices.view->failure.reason, refusal::expired);
  EXPECT_TRUE(notices.view.token().empty());
}

TEST_F(subscription, given_unsubscribe_when_it_changes_then_no_notice) {
  store(oauth_credential("access-1", "refresh-1", wall() + 1h));
  auto auth = start_auth();
  seen notices;
  auto who = make_listener(notices);
  tell(auth, subscribe{who});
  tell(auth, unsubscribe{who});
  ask(auth, logout{});
  EXPECT_EQ(notices.all.size(), 1u);
  tell(auth, subscribe{who});
  EXPECT_EQ(notices.all.size(), 2u);
}

TEST_F(subscription, given_a_listener_that_subscribes_twice_when_it_changes_then_one_notice_each) {
  store(oauth_credential("access-1", "refresh-1", wall() + 1h));
  auto auth = start_auth();
  seen notices;
  auto who = make_listener(notices);
  tell(auth, subscribe{who});
  tell(auth, subscribe{who});
  auto before = notices.all.size();
  ask(auth, logout{});
  EXPECT_EQ(notices.all.size(), before + 1);
}

TEST_F(subscription, given_a_listener_that_dies_when_it_changes_then_the_others_are_told) {
  store(oauth_credential("access-1", "refresh-1", wall() + 1h));
  auto auth = start_auth();
  seen dead, alive;
  auto who = make_listener(dead);
  tell(auth, subscribe{who});
  tell(auth, subscribe{make_listener(alive)});
  caf::anon_send_exit(who, caf::exit_reason::kill);
  system.run();
  ask(auth, logout{});
  EXPECT_EQ(dead.all.size(), 1u);
  EXPECT_EQ(alive.view->method, auth_method::none);
}

TEST_F(subscription, given_a_dead_listener_when_it_subscribed_then_nothing_breaks) {
  store(oauth_credential("access-1", "refresh-1", wall() + 1h));
  auto auth = start_auth();
  seen notices;
  auto who = make_listener(notices);
  caf::anon_send_exit(who, caf::exit_reason::kill);
  system.run();
  tell(auth, subscribe{who});
  ask(auth, logout{});
  EXPECT_TRUE(notices.all.empty());
}

} // namespace
} // namespace breakwater
