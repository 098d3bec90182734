#include "breakwater/actors/ask.hpp"
#include "breakwater/actors/errors.hpp"
#include "breakwater/actors/remote_gate.hpp"
#include "breakwater/tests/actors/real_system.hpp"
#include "breakwater/tests/actors/tls_files.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

namespace breakwater {
namespace {

using namespace std::chrono_literals;
using namespace breakwater::testing;
using namespace breakwater::test;

struct plain_config : system_config {
  plain_config() { load<caf::io::middleman>(); }
};

struct tls_config : plain_config {
  explicit tls_config(const compat::tls_files& files) {
    load<caf::openssl::manager>();
    compat::set_tls(*this, files);
  }
};

/// What a listener was last told; any thread may wait for it.
class last_notice {
public:
  void set(const auth_status& status) {
    std::lock_guard guard{mutex_};
    last_ = status;
    changed_.notify_all();
  }
  auth_status get() {
    std::unique_lock guard{mutex_};
    changed_.wait(guard, [&] { return static_cast<bool>(last_); });
    return last_;
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  auth_status last_;
};

listener::behavior_type watch(listener::pointer, last_notice* into) {
  return {[into](const auth_changed& notice) { into->set(notice.snapshot); }};
}

auth_status first_notice(caf::actor_system& system, const auth_handle& auth) {
  last_notice notice;
  listener who = system.spawn(watch, &notice);
  compat::anon_send(auth, subscribe{who});
  auto out = notice.get();
  caf::scoped_actor self{system};
  self->send_exit(who, caf::exit_reason::user_shutdown);
  self->wait_for(who);
  return out;
}

TEST(remote, given_plain_tcp_when_asked_then_status_without_token_and_clear_errors) {
  plain_config server_config, client_config;
  caf::actor_system server{server_config}, client{client_config};
  real_auth started{server, oauth_credential("access-1", "refresh-1", from_now(1h))};
  auto port = server.middleman().publish(started.auth(), 0, "127.0.0.1");
  ASSERT_TRUE(port);
  auto auth = client.middleman().remote_actor<auth_handle>("127.0.0.1", *port);
  ASSERT_TRUE(auth);

  auto status = ask(client, *auth, get_status{.include_token = true}).get();
  ASSERT_TRUE(status);
  EXPECT_EQ((**status).method, auth_method::oauth);
  EXPECT_TRUE((**status).token.empty());
  started.transport.answer(issued("access-2", "refresh-2"));
  auto refreshed = ask(client, *auth, get_status{.include_token = true, .refresh = true}).get();
  ASSERT_TRUE(refreshed);
  EXPECT_TRUE((**refreshed).token.empty());
  EXPECT_EQ(started.transport.sent().size(), 1u);
  EXPECT_TRUE(first_notice(client, *auth)->token.empty());
  ASSERT_TRUE(ask(client, *auth, explain{}).get());

  auto token = ask(client, *auth, get_token{}).get();
  ASSERT_FALSE(token);
  EXPECT_TRUE(token.error() == ec::not_over_this_channel);
  EXPECT_NE(failure_of(token.error()).message.find("TLS"), std::string::npos);
  EXPECT_TRUE(ask(client, *auth, login{oauth_credential("a", "r", from_now(1h))}).get().error() ==
              ec::not_over_this_channel);
  EXPECT_TRUE(ask(client, *auth, logout{}).get().error() == ec::not_over_this_channel);
  EXPECT_TRUE(ask(client, *auth, shutdown{}).get().error() == ec::not_over_this_channel);
  compat::anon_send(*auth, logout{}); // without a sender it is nobody's either
  auto still = ask(client, *auth, get_status{}).get();
  ASSERT_TRUE(still);
  EXPECT_EQ((**still).method, auth_method::oauth);
}

TEST(remote, given_no_certificates_when_a_gate_is_asked_for_then_it_is_refused) {
  plain_config config;
  caf::actor_system system{config};
  real_auth started{system, oauth_credential("access-1", "refresh-1", from_now(1h))};
  auto gate = publish_over_mutual_tls(system, started.auth(), 0, "127.0.0.1");
  ASSERT_FALSE(gate);
  EXPECT_TRUE(gate.error() == ec::not_over_this_channel);
  EXPECT_NE(failure_of(gate.error()).message.find("a CA file"), std::string::npos);
}

TEST(remote, given_no_ca_when_a_gate_is_asked_for_then_it_is_refused) {
  tls_directory tls;
  auto files = tls.peer();
  files.ca.clear();
  tls_config config{files};
  caf::actor_system system{config};
  real_auth started{system, oauth_credential("access-1", "refresh-1", from_now(1h))};
  EXPECT_FALSE(publish_over_mutual_tls(system, started.auth(), 0, "127.0.0.1"));
}

TEST(remote, given_mutual_tls_when_asked_through_the_gate_then_it_works_as_in_one_process) {
  tls_directory tls;
  tls_config server_config{tls.peer()}, client_config{tls.peer()};
  caf::actor_system server{server_config}, client{client_config};
  real_auth started{server, oauth_credential("access-1", "refresh-1", from_now(1h))};
  auto gate = publish_over_mutual_tls(server, started.auth(), 0, "127.0.0.1");
  ASSERT_TRUE(gate) << failure_of(gate.error()).message;
  auto auth = connect_over_mutual_tls(client, "127.0.0.1", gate->port);
  ASSERT_TRUE(auth) << failure_of(auth.error()).message;

  auto token = ask(client, *auth, get_token{}).get();
  ASSERT_TRUE(token) << failure_of(token.error()).message;
  EXPECT_EQ((**token).token, secret{"access-1"});
  EXPECT_EQ(first_notice(client, *auth)->token, secret{"access-1"});
  started.transport.answer(issued("access-2", "refresh-2"));
  auto next = ask(client, *auth, get_token{.rejected = (**token).generation}).get();
  ASSERT_TRUE(next);
  EXPECT_EQ((**next).token, secret{"access-2"});
  auto status = ask(client, *auth, login{oauth_credential("access-3", "refresh-3", from_now(1h))}).get();
  ASSERT_TRUE(status);
  EXPECT_TRUE(ask(client, *auth, logout{.revoke = false}).get());
  auto none = ask(client, *auth, get_token{}).get();
  ASSERT_FALSE(none);
  EXPECT_TRUE(none.error() == ec::logged_out);
  EXPECT_FALSE(failure_of(none.error()).message.empty());
}

TEST(remote, given_a_peer_of_another_ca_when_it_connects_then_no_token) {
  tls_directory tls, others;
  auto files = others.peer();
  files.ca = tls.peer().ca; // it trusts us, and we do not trust it
  tls_config server_config{tls.peer()}, client_config{files};
  caf::actor_system server{server_config}, client{client_config};
  real_auth started{server, oauth_credential("access-1", "refresh-1", from_now(1h))};
  auto gate = publish_over_mutual_tls(server, started.auth(), 0, "127.0.0.1");
  ASSERT_TRUE(gate);
  EXPECT_FALSE(connect_over_mutual_tls(client, "127.0.0.1", gate->port));
}

} // namespace
} // namespace breakwater
