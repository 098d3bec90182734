#include "breakwater/tests/transport/asking.hpp"
#include "breakwater/tests/transport/loopback_server.hpp"
#include "breakwater/tests/transport/tls_server.hpp"
#include "breakwater/transport/curl_loop.hpp"

#include <gtest/gtest.h>

/// No request is sent twice, whatever curl would do by itself; connections are used again all the same.
namespace breakwater::testing {
namespace {

const std::string good_answer = http_answer_text(200, R"({"access_token":"at-1"})");

/// Counts how often a piece of a request with this token came.
struct token_counter {
  std::mutex mutex;
  std::string seen;

  void add(const std::string& bytes) {
    std::lock_guard guard{mutex};
    seen += bytes;
  }
  int count(std::string_view token) {
    std::lock_guard guard{mutex};
    int n = 0;
    for (auto at = seen.find(token); at != std::string::npos; at = seen.find(token, at + 1))
      ++n;
    return n;
  }
};

TEST(keep_alive, given_a_burst_one_after_another_when_asked_then_one_connection) {
  loopback_server server{answering(good_answer)};
  oauth_client client;
  auto to = settings_for(server.url());
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(ask(client, to).how, delivery::answered);
  EXPECT_EQ(server.connections(), 1);
}

TEST(keep_alive, given_no_more_requests_when_the_idle_time_ends_then_the_connection_is_closed) {
  std::promise<void> ended;
  loopback_server server{[&](peer& client) {
    client.read_request();
    client.write(good_answer);
    client.wait_for_end();
    ended.set_value();
  }};
  curl_loop loop{std::chrono::milliseconds{20}};
  std::promise<delivery> answered;
  http_request request;
  request.url = server.url();
  loop.submit(std::move(request), [&](http_answer answer) { answered.set_value(answer.how); });
  EXPECT_EQ(answered.get_future().get(), delivery::answered);
  EXPECT_EQ(ended.get_future().wait_for(std::chrono::seconds{30}), std::future_status::ready);
}

/// How a server treats a request on a connection that already served one.
struct ending {
  std::string name;
  std::function<void(peer&, token_counter&)> at_second;
};

void PrintTo(const ending& e, std::ostream* out) { *out << e.name; }

std::vector<ending> endings() {
  return {
      {"reset_unread",
       [](peer& client, token_counter&) {
         client.wait_for_bytes();
         client.reset();
       }},
      {"close_unread",
       [](peer& client, token_counter&) {
         client.wait_for_bytes();
         client.close();
       }},
      {"reset_after_reading",
       [](peer& client, token_counter& tokens) {
         tokens.add(client.read_request());
         client.reset();
       }},
      {"close_after_reading",
       [](peer& client, token_counter& tokens) {
         tokens.add(client.read_request());
         client.close();
       }},
      {"close_after_100_continue",
       [](peer& client, token_counter& tokens) {
         tokens.add(client.read_request());
         client.write("HTTP/1.1 100 Continue\r\n\r\n");
         client.close();
       }},
  };
}

class never_twice : public ::testing::TestWithParam<std::tuple<ending, bool>> {
protected:
  /// Serves one request per connection and ends the second as the parameter says.
  void serve(peer& client) {
    if (client.number() > 1)
      late_connection_bytes_ += static_cast<int>(client.read(1).size());
    tokens_.add(client.read_request());
    client.write(good_answer);
    std::get<0>(GetParam()).at_second(client, tokens_);
  }

  token_counter tokens_;
  std::atomic<int> late_connection_bytes_{0};
};

TEST_P(never_twice, given_a_kept_connection_when_it_dies_under_the_second_request_then_that_is_not_sent_again) {
  auto ca = make_identity({.alternative_names = "", .is_ca = true});
  auto leaf = make_identity({}, &ca);
  auto context = make_server(leaf);
  bool tls = std::get<1>(GetParam());
  loopback_server server{[this](peer& client) { serve(client); }, tls ? context.get() : nullptr};
  auto to = settings_for(server.url());
  to->ca_bundle = write_pem(ca, "never-twice-ca");
  {
    oauth_client client;
    EXPECT_EQ(ask(client, to, secret{"first-token-aaaa"}).how, delivery::answered);
    auto second = ask(client, to, secret{"second-token-bbbb"});
    EXPECT_EQ(second.how, delivery::lost);
    EXPECT_FALSE(second.transport_error.empty());
  }
  EXPECT_EQ(tokens_.count("first-token-aaaa"), 1);
  EXPECT_LE(tokens_.count("second-token-bbbb"), 1);
  EXPECT_EQ(late_connection_bytes_, 0) << "a second connection carried a request";
}

INSTANTIATE_TEST_SUITE_P(endings, never_twice, ::testing::Combine(::testing::ValuesIn(endings()), ::testing::Bool()),
                         [](const auto& row) {
                           return std::get<0>(row.param).name + (std::get<1>(row.param) ? "_tls" : "_plain");
                         });

TEST(keep_alive, given_a_connection_closed_while_idle_when_asked_again_then_a_fresh_one_serves) {
  std::promise<void> closed;
  loopback_server server{[&](peer& client) {
    client.read_request();
    client.write(good_answer);
    if (client.number() == 1) {
      client.close();
      closed.set_value();
    }
  }};
  oauth_client client;
  auto to = settings_for(server.url());
  EXPECT_EQ(ask(client, to).how, delivery::answered);
  closed.get_future().wait();
  EXPECT_EQ(ask(client, to).how, delivery::answered);
  EXPECT_EQ(server.connections(), 2);
}

} // namespace
} // namespace breakwater::testing
