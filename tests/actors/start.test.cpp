#include "breakwater/actors/ask.hpp"
#include "breakwater/actors/errors.hpp"
#include "breakwater/tests/actors/real_system.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include <unistd.h>

namespace breakwater {
namespace {

using namespace std::chrono_literals;
using namespace breakwater::testing;
using namespace breakwater::test;

auth_config loopback_config() {
  auth_config config;
  config.authority = generic_authority("http://127.0.0.1:1/token", "client-1");
  return config;
}

TEST(start, given_a_wrong_authority_when_started_then_a_clear_error) {
  system_config cfg;
  caf::actor_system system{cfg};
  auth_config config;
  config.authority = generic_authority("http://authority.example/token", "client-1");
  auto service = start(system, std::move(config));
  ASSERT_FALSE(service);
  EXPECT_TRUE(service.error() == ec::misconfigured);
  EXPECT_NE(failure_of(service.error()).message.find("https"), std::string::npos);
}

TEST(start, given_a_memory_store_when_login_then_the_token_is_handed_out_to_a_plain_thread) {
  system_config cfg;
  caf::actor_system system{cfg};
  auto service = start(system, loopback_config());
  ASSERT_TRUE(service);
  auto out = ask(system, service->auth(), get_token{}).get();
  ASSERT_FALSE(out);
  EXPECT_TRUE(out.error() == ec::logged_out);
  auto status = ask(system, service->auth(), login{oauth_credential("access-1", "refresh-1", from_now(1h))}).get();
  ASSERT_TRUE(status);
  auto token = ask(system, service->auth(), get_token{}).get();
  ASSERT_TRUE(token);
  EXPECT_EQ((**token).token, secret{"access-1"});
}

TEST(start, given_a_path_when_login_then_another_start_finds_it) {
  auto path = std::filesystem::temp_directory_path() / ("breakwater-start-" + std::to_string(::getpid()));
  std::filesystem::create_directory(path);
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  system_config cfg;
  caf::actor_system system{cfg};
  for (bool first : {true, false}) {
    auto config = loopback_config();
    config.auth_file = path / "auth.json";
    auto service = start(system, std::move(config));
    ASSERT_TRUE(service);
    if (first) {
      auto status = ask(system, service->auth(), login{oauth_credential("access-1", "refresh-1", from_now(1h))}).get();
      ASSERT_TRUE(status) << failure_of(status.error()).message;
    } else {
      auto token = ask(system, service->auth(), get_token{}).get();
      ASSERT_TRUE(token) << failure_of(token.error()).message;
      EXPECT_EQ((**token).token, secret{"access-1"});
    }
  }
  std::filesystem::remove_all(path);
}

TEST(start, given_an_authority_that_nobody_serves_when_refreshed_then_unavailable_and_the_credential_stays) {
  system_config cfg;
  caf::actor_system system{cfg};
  auto service = start(system, loopback_config());
  ASSERT_TRUE(service);
  auto expired = oauth_credential("access-1", "refresh-1", from_now(-1h));
  ASSERT_TRUE(ask(system, service->auth(), login{expired}).get());
  auto token = ask(system, service->auth(), get_token{}).get();
  ASSERT_FALSE(token);
  EXPECT_TRUE(token.error() == ec::unavailable) << failure_of(token.error()).message;
  auto status = ask(system, service->auth(), get_status{}).get();
  ASSERT_TRUE(status);
  EXPECT_EQ((**status).method, auth_method::oauth); // and backing off, or trying again already
  EXPECT_EQ((**status).failure.code, ec::unavailable);
}

#if BREAKWATER_CAF_0
TEST(start, given_the_stealing_scheduler_when_started_then_the_hook_is_warned) {
  caf::actor_system_config cfg;
  register_messages(cfg);
  caf::actor_system system{cfg};
  std::vector<std::string> warned;
  auto config = loopback_config();
  config.log = [&](const log_line& line) {
    if (line.what == "scheduler_policy" && line.loud)
      warned.push_back(line.detail);
  };
  auto service = start(system, std::move(config));
  ASSERT_TRUE(service);
  ASSERT_EQ(warned.size(), 1u);
  EXPECT_NE(warned[0].find("stealing"), std::string::npos);
  ask(system, service->auth(), shutdown{}).wait(); // the hook must not outlive the vector
}
#endif

TEST(start, given_settings_of_an_authority_when_derived_then_they_follow) {
  auto to = openai_authority("client-1");
  to.total_timeout = 7s;
  to.replay_grace = 30s;
  to.revocation_endpoint = "";
  auto settings = settings_for(to);
  EXPECT_EQ(settings.settle, 14s);
  EXPECT_EQ(settings.replay_grace, 30s);
  EXPECT_FALSE(settings.can_revoke);
  token_answer only_id_token = issued("", "");
  only_id_token.id_token = secret{"id"};
  EXPECT_EQ(judge(only_id_token, settings.verdicts).kind, verdict_kind::issued);
  EXPECT_NE(judge(only_id_token, settings_for(generic_authority("https://a.example/token", "c")).verdicts).kind,
            verdict_kind::issued);
}

TEST(plain_thread, given_many_threads_when_they_ask_then_one_exchange) {
  system_config cfg;
  caf::actor_system system{cfg};
  real_auth started{system, oauth_credential("access-1", "refresh-1", from_now(-1h))};
  started.transport.answer(issued("access-2", "refresh-2"));
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      for (int k = 0; k < 50; ++k) {
        auto token = ask(system, started.auth(), get_token{}).get();
        good += token && (**token).token == secret{"access-2"};
      }
    });
  for (auto& thread : threads)
    thread.join();
  EXPECT_EQ(good, 400);
  EXPECT_EQ(started.transport.sent().size(), 1u);
}

/// Every answer counts, so that one that is wrong is seen and none is waited for in vain.
struct tally {
  explicit tally(int of) : expected(of) {}

  void add(bool is_good) {
    good += is_good;
    if (++answered == expected)
      all.set_value();
  }

  const int expected;
  std::atomic<int> good = 0;
  std::atomic<int> answered = 0;
  std::promise<void> all;
};

#ifdef __SANITIZE_THREAD__
constexpr int requests_each = 2; // each report that tsan.supp hides costs 10 ms
#else
constexpr int requests_each = 100;
#endif

TEST(waiters, given_100000_waiters_when_one_flight_lands_then_all_are_answered) {
  system_config cfg;
  caf::actor_system system{cfg};
  auto count = std::make_shared<tally>(1000 * requests_each);
  real_auth started{system, oauth_credential("access-1", "refresh-1", from_now(-1h))};
  for (int i = 0; i < 1000; ++i)
    system.spawn([=, auth = started.auth()](caf::event_based_actor* self) {
      for (int k = 0; k < requests_each; ++k)
        compat::request(self, auth, get_token{.wait_max = 1h})
            .then([count](const bearer& token) { count->add(token->token == secret{"access-2"}); },
                  [count](const caf::error&) { count->add(false); });
    });
  started.transport.answer(issued("access-2", "refresh-2"));
  count->all.get_future().wait();
  EXPECT_EQ(count->good, count->expected);
  EXPECT_EQ(started.transport.sent().size(), 1u);
}

} // namespace
} // namespace breakwater
