#include "breakwater/tools/authority/server.hpp"

#include "breakwater/tests/system/authority/raw_client.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <thread>
#include <vector>

namespace breakwater::fake {
namespace {

using std::chrono::milliseconds;

TEST(fake_server, given_two_concurrent_requests_with_one_token_then_one_200_one_400_and_a_dead_family) {
  server_options options;
  options.authority.delay = milliseconds{20};
  server authority{options};
  ASSERT_EQ(authority.start(), std::nullopt);
  auto login = authority.issue();
  raw_client one{authority.url()}, two{authority.url()};
  one.send_refresh(login.refresh_token.reveal());
  two.send_refresh(login.refresh_token.reveal());
  auto first = one.read_status(), second = two.read_status();
  EXPECT_EQ(std::min(first, second), 200);
  EXPECT_EQ(std::max(first, second), 400);
  EXPECT_FALSE(authority.is_alive(login.family));
  EXPECT_FALSE(authority.is_valid(login.access_token));
  EXPECT_EQ(authority.totals().replays, 1u);
}

TEST(fake_server, given_a_thousand_connections_with_a_delay_each_then_all_are_answered_by_one_thread) {
  server_options options;
  options.authority.delay = milliseconds{50};
  options.authority.on_reuse = reuse::reject;
  server authority{options};
  ASSERT_EQ(authority.start(), std::nullopt);
  auto login = authority.issue();
  std::deque<raw_client> clients;
  for (int i = 0; i < 1000; ++i)
    clients.emplace_back(authority.url()).send_refresh(login.refresh_token.reveal());
  int issued = 0, refused = 0;
  for (auto& client : clients) {
    auto status = client.read_status();
    issued += status == 200;
    refused += status == 400;
  }
  EXPECT_EQ(issued, 1);
  EXPECT_EQ(refused, 999);
  auto all = authority.stats();
  EXPECT_EQ(all.token_requests, 1000u);
  EXPECT_EQ(all.connections, 1000u);
  EXPECT_EQ(all.replays, 999u);
  EXPECT_EQ(all.timeline.size(), 1000u);
}

TEST(fake_server, given_pipelined_requests_on_one_connection_then_each_is_answered_in_order) {
  server_options options;
  options.authority.delay = milliseconds{1};
  server authority{options};
  ASSERT_EQ(authority.start(), std::nullopt);
  auto login = authority.issue();
  raw_client client{authority.url()};
  client.send_refresh(login.refresh_token.reveal());
  for (int i = 0; i < 20; ++i)
    client.send_refresh("unknown");
  EXPECT_EQ(client.read_status(), 200);
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(client.read_status(), 400);
  EXPECT_EQ(authority.totals().connections, 1u);
}

TEST(fake_server, given_a_huge_body_then_it_arrives_whole) {
  server authority;
  ASSERT_EQ(authority.start(), std::nullopt);
  authority.script({answer::huge_body});
  auto got = post_form(authority.token_endpoint(), refresh_form(authority.issue().refresh_token.reveal()));
  EXPECT_EQ(got.code, CURLE_OK);
  EXPECT_GT(got.body.size(), 8u << 20);
}

TEST(fake_server, given_nonsense_then_400_and_the_connection_ends) {
  server authority;
  ASSERT_EQ(authority.start(), std::nullopt);
  raw_client client{authority.url()};
  client.send("this is no HTTP\r\n\r\n");
  EXPECT_EQ(client.read_status(), 400);
  EXPECT_EQ(client.read_status(), 0);
}

TEST(fake_server, given_waiting_and_silent_connections_when_stopped_then_it_ends_and_counts_stay_readable) {
  server authority;
  ASSERT_EQ(authority.start(), std::nullopt);
  authority.script({answer::normal, fault::none, std::chrono::hours{1}});
  raw_client waiting{authority.url()};
  waiting.send_refresh("unknown");
  // The first request has to be in before the second script entry can be meant for the second connection.
  while (authority.totals().token_requests == 0)
    std::this_thread::yield();
  authority.script({answer::normal, fault::never_read});
  raw_client silent{authority.url()};
  authority.stop();
  EXPECT_EQ(waiting.read_status(), 0);
  EXPECT_EQ(authority.totals().token_requests, 1u);
}

TEST(fake_server, given_a_port_in_use_then_start_says_so) {
  server first;
  ASSERT_EQ(first.start(), std::nullopt);
  auto url = first.url();
  server_options options;
  options.port = static_cast<uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  server second{options};
  auto problem = second.start();
  ASSERT_TRUE(problem);
  EXPECT_NE(problem->find(std::to_string(options.port)), std::string::npos);
}

TEST(fake_server, given_calls_from_many_threads_while_it_serves_then_they_agree) {
  server authority;
  ASSERT_EQ(authority.start(), std::nullopt);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      raw_client client{authority.url()};
      for (int n = 0; n < 50; ++n) {
        auto login = authority.issue("alice");
        client.send_refresh(login.refresh_token.reveal());
        EXPECT_EQ(client.read_status(), 200);
        EXPECT_FALSE(authority.is_current(login.refresh_token));
        EXPECT_TRUE(authority.is_alive(login.family));
      }
    });
  for (auto& thread : threads)
    thread.join();
  auto all = authority.stats();
  EXPECT_EQ(all.issued, 200u);
  EXPECT_EQ(all.replays, 0u);
  EXPECT_EQ(all.families.size(), 200u);
}

TEST(fake_server, given_a_family_that_is_refused_for_good_then_every_request_gets_that_answer) {
  server authority;
  ASSERT_EQ(authority.start(), std::nullopt);
  auto login = authority.issue();
  EXPECT_FALSE(authority.refuse(login.family, answer::normal));
  EXPECT_FALSE(authority.refuse(77, answer::invalid_grant));
  EXPECT_TRUE(authority.refuse(login.family, answer::openai_expired));
  auto form = refresh_form(login.refresh_token.reveal());
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(post_form(authority.token_endpoint(), form).status, 401);
  EXPECT_EQ(authority.totals().after_refusal, 2u);
  EXPECT_TRUE(authority.is_valid(login.access_token));
}

} // namespace
} // namespace breakwater::fake
