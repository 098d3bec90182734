#include "breakwater/tests/transport/asking.hpp"
#include "breakwater/tests/transport/loopback_server.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <latch>

namespace breakwater::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view issued =
    R"({"access_token":"at-1","refresh_token":"rt-2","id_token":"id-1","expires_in":"3600","token_type":"bearer"})";

/// Answers every request with the same text and keeps the last one.
struct recording_server {
  explicit recording_server(std::string answer)
      : server{[this, answer](peer& client) {
          for (std::string request; !(request = client.read_request()).empty(); client.write(answer)) {
            std::lock_guard guard{mutex};
            last = request;
          }
        }} {}

  std::mutex mutex;
  std::string last;
  loopback_server server;
};

TEST(oauth_client, given_a_good_answer_when_asked_then_every_field_is_there) {
  recording_server authority_server{http_answer_text(
      200, issued, "Content-Type: application/json\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nRetry-After: 3\r\n")};
  oauth_client client;
  auto answer = ask(client, settings_for(authority_server.server.url()));
  EXPECT_EQ(answer.how, delivery::answered);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, body_kind::json);
  EXPECT_EQ(answer.access_token.reveal(), "at-1");
  EXPECT_EQ(answer.refresh_token.reveal(), "rt-2");
  EXPECT_EQ(answer.id_token.reveal(), "id-1");
  EXPECT_EQ(answer.expires_in, std::chrono::hours{1});
  EXPECT_EQ(answer.retry_after, std::chrono::seconds{3});
  EXPECT_EQ(answer.date, wall_time{std::chrono::seconds{784111777}});
  EXPECT_THAT(authority_server.last, HasSubstr("POST /token HTTP/1.1\r\n"));
  EXPECT_THAT(authority_server.last, HasSubstr("Content-Type: application/x-www-form-urlencoded\r\n"));
  EXPECT_THAT(authority_server.last, HasSubstr("Accept: application/json\r\n"));
  EXPECT_THAT(authority_server.last, HasSubstr("User-Agent: breakwater\r\n"));
  EXPECT_THAT(authority_server.last, Not(HasSubstr("Expect")));
  EXPECT_THAT(
      authority_server.last,
      HasSubstr("\r\n\r\ngrant_type=refresh_token&refresh_token=rt-sent-5up3rs3cr3t-0123456789&client_id=client-1"));
}

TEST(oauth_client, given_basic_authentication_when_asked_then_the_secret_is_in_the_header_only) {
  recording_server authority_server{http_answer_text(200, issued)};
  auto to = settings_for(authority_server.server.url());
  to->auth = client_auth::basic;
  to->client_secret = secret{"pass word:1"};
  oauth_client client;
  EXPECT_EQ(ask(client, to).how, delivery::answered);
  EXPECT_THAT(authority_server.last, HasSubstr("Authorization: Basic Y2xpZW50LTE6cGFzcyt3b3JkJTNBMQ==\r\n"));
  EXPECT_THAT(authority_server.last, Not(HasSubstr("client_id")));
}

TEST(oauth_client, given_a_refusal_when_asked_then_code_and_description_without_the_token) {
  recording_server authority_server{http_answer_text(
      400, R"({"error":"invalid_grant","error_description":"unknown token rt-sent-5up3rs3cr3t-0123456789"})")};
  oauth_client client;
  auto answer = ask(client, settings_for(authority_server.server.url()));
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.error_code, "invalid_grant");
  EXPECT_EQ(answer.error_description, "unknown token [redacted]");
}

TEST(oauth_client, given_a_server_that_echoes_everywhere_when_asked_then_no_text_shows_a_secret) {
  const std::string token = "rt-5ecret+/=0123456789", key = "client-key-abcdef";
  const std::string both = token + " " + key;
  for (const auto& answer :
       {"HTTP/1.1 400 " + both + "\r\n" + both + "\r\n\r\n", "HTTP/" + both + "\r\n\r\n", both,
        "HTTP/1.1 200 OK\r\nContent-Length: " + both + "\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: " + both + "\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + both + "\r\n",
        "HTTP/1.1 302 Found\r\nLocation: http://" + both + "\r\nContent-Length: 0\r\n\r\n",
        http_answer_text(400, R"({"error":")" + both + R"(","error_description":")" + both + "\"}",
                         "Date: " + both + "\r\nRetry-After: " + both + "\r\nContent-Type: " + both + "\r\n")}) {
    loopback_server server{[&](peer& client) {
      client.read_request();
      client.write(answer);
      client.close();
    }};
    auto to = settings_for(server.url("/token?key=client-key-abcdef"));
    to->auth = client_auth::post;
    to->client_secret = secret{key};
    oauth_client client;
    auto got = ask(client, to, secret{token});
    auto shown = got.error_code + "|" + got.error_description + "|" + got.transport_error;
    EXPECT_THAT(shown, Not(HasSubstr("5ecret"))) << answer;
    EXPECT_THAT(shown, Not(HasSubstr("client-key"))) << answer;
  }
}

TEST(oauth_client, given_http_to_another_host_when_asked_then_unsent_and_it_says_why) {
  oauth_client client;
  for (const auto* url : {"http://auth.example.com/token", "http://127.0.0.1@auth.example.com/", "ftp://127.0.0.1/",
                          "file:///etc/passwd", "token", ""}) {
    auto answer = ask(client, settings_for(url));
    EXPECT_EQ(answer.how, delivery::unsent);
    EXPECT_THAT(answer.transport_error, HasSubstr("token_endpoint"));
  }
}

TEST(oauth_client, given_no_token_when_asked_then_unsent) {
  recording_server authority_server{http_answer_text(200, issued)};
  oauth_client client;
  EXPECT_EQ(ask(client, settings_for(authority_server.server.url()), secret{}).how, delivery::unsent);
  EXPECT_EQ(authority_server.server.connections(), 0);
}

TEST(oauth_client, given_a_revocation_endpoint_when_asked_to_revoke_then_one_request_says_so) {
  recording_server authority_server{http_answer_text(200, "")};
  auto to = settings_for("https://unused.example/token");
  to->revocation_endpoint = authority_server.server.url("/revoke");
  oauth_client client;
  EXPECT_TRUE(revoke(client, to, token_kind::access_token).revoked);
  EXPECT_THAT(authority_server.last, HasSubstr("POST /revoke HTTP/1.1\r\n"));
  EXPECT_THAT(authority_server.last, HasSubstr("token_type_hint=access_token"));
}

TEST(oauth_client, given_no_revocation_endpoint_when_asked_to_revoke_then_it_says_so) {
  oauth_client client;
  auto answer = revoke(client, settings_for("https://unused.example/token"));
  EXPECT_FALSE(answer.revoked);
  EXPECT_THAT(answer.message, HasSubstr("no revocation_endpoint"));
}

TEST(oauth_client, given_1000_requests_at_once_when_answered_then_each_callback_once_with_its_own_answer) {
  loopback_server server{[](peer& client) {
    for (std::string request; !(request = client.read_request()).empty();) {
      auto at = request.find("refresh_token=rt-") + 14;
      auto token = request.substr(at, request.find('&', at) - at);
      client.write(http_answer_text(200, R"({"access_token":"for-)" + token + "\"}"));
    }
  }};
  auto to = settings_for(server.url());
  constexpr int count = 1000;
  std::vector<std::atomic<int>> called(count);
  std::atomic<int> right{0};
  std::latch all{count};
  oauth_client client;
  for (int i = 0; i < count; ++i) {
    auto token = "rt-" + std::to_string(i);
    client.refresh(to, secret{token}, [&, i, token](token_answer answer) {
      right += answer.access_token.reveal() == "for-" + token;
      if (called[static_cast<size_t>(i)]++ == 0)
        all.count_down();
    });
  }
  all.wait();
  EXPECT_EQ(right, count);
  for (auto& times : called)
    EXPECT_EQ(times, 1);
  EXPECT_LE(server.connections(), 64);
}

TEST(oauth_client, given_a_request_under_way_when_cancelled_then_lost_at_once) {
  std::promise<void> arrived;
  loopback_server server{[&](peer& client) {
    client.read_request();
    arrived.set_value();
    client.wait_for_end();
  }};
  std::promise<token_answer> answer;
  oauth_client client;
  auto number = client.refresh(settings_for(server.url()), secret{sent_token},
                               [&](token_answer a) { answer.set_value(std::move(a)); });
  arrived.get_future().wait();
  client.cancel(number + 1000);
  client.cancel(number);
  client.cancel(number);
  EXPECT_EQ(answer.get_future().get().how, delivery::lost);
}

TEST(oauth_client, given_a_connect_under_way_when_cancelled_then_unsent) {
  std::promise<void> arrived;
  loopback_server server{[&](peer& client) {
    client.wait_for_bytes(); // of the handshake, which is never answered
    arrived.set_value();
    client.wait_for_end();
  }};
  std::promise<token_answer> answer;
  oauth_client client;
  auto number = client.refresh(settings_for("https://127.0.0.1:" + std::to_string(server.port())), secret{sent_token},
                               [&](token_answer a) { answer.set_value(std::move(a)); });
  arrived.get_future().wait();
  client.cancel(number);
  EXPECT_EQ(answer.get_future().get().how, delivery::unsent);
}

TEST(oauth_client, given_requests_under_way_when_destroyed_then_every_callback_came_first) {
  std::promise<void> arrived;
  loopback_server server{[&](peer& client) {
    client.read_request();
    if (client.number() == 1)
      arrived.set_value();
    client.wait_for_end();
  }};
  std::atomic<int> answered{0}, lost{0};
  {
    oauth_client client;
    for (int i = 0; i < 100; ++i)
      client.refresh(settings_for(server.url()), secret{sent_token}, [&](token_answer a) {
        ++answered;
        lost += a.how == delivery::lost;
      });
    arrived.get_future().wait();
  }
  EXPECT_EQ(answered, 100);
  EXPECT_GE(lost, 1);
  EXPECT_LE(lost, 64) << "requests that waited for a connection were not sent";
}

TEST(oauth_client, given_a_callback_that_asks_again_when_destroyed_then_that_is_answered_unsent) {
  std::promise<void> arrived;
  loopback_server server{[&](peer& client) {
    client.read_request();
    arrived.set_value();
    client.wait_for_end();
  }};
  auto to = settings_for(server.url());
  std::optional<delivery> first, second;
  {
    oauth_client client;
    client.refresh(to, secret{sent_token}, [&](token_answer a) {
      first = a.how;
      client.refresh(to, secret{sent_token}, [&](token_answer b) { second = b.how; });
    });
    arrived.get_future().wait();
  }
  EXPECT_EQ(first, delivery::lost);
  EXPECT_EQ(second, delivery::unsent);
}

TEST(oauth_client,
     given_more_requests_than_connections_when_the_authority_hangs_then_each_ends_and_none_that_left_is_unsent) {
  std::atomic<int> left{0}, lost{0}, unsent{0};
  constexpr int count = 150;
  {
    loopback_server server{[&](peer& client) {
      left += !client.read_request().empty();
      client.wait_for_end();
    }};
    auto to = settings_for(server.url());
    to->total_timeout = std::chrono::milliseconds{300};
    std::latch all{count};
    oauth_client client;
    for (int i = 0; i < count; ++i)
      client.refresh(to, secret{sent_token}, [&](token_answer a) {
        lost += a.how == delivery::lost;
        unsent += a.how == delivery::unsent;
        all.count_down();
      });
    all.wait();
  }
  EXPECT_EQ(lost + unsent, count);
  EXPECT_GE(lost, left);
  EXPECT_GE(left, 1);
}

TEST(oauth_client, given_an_answer_when_its_callback_asks_again_then_that_is_sent_too) {
  loopback_server server{answering(http_answer_text(200, issued))};
  auto to = settings_for(server.url());
  std::promise<token_answer> second;
  oauth_client client;
  client.refresh(to, secret{sent_token}, [&](token_answer) {
    client.refresh(to, secret{sent_token}, [&](token_answer a) { second.set_value(std::move(a)); });
  });
  EXPECT_EQ(second.get_future().get().how, delivery::answered);
  EXPECT_EQ(server.connections(), 1);
}

/// Sets proxies for one test and takes them away after it.
struct proxy_environment {
  explicit proxy_environment(const std::string& url) {
    for (const auto* name : names)
      ::setenv(name, url.c_str(), 1);
    ::unsetenv("no_proxy");
    ::unsetenv("NO_PROXY");
  }
  ~proxy_environment() {
    for (const auto* name : names)
      ::unsetenv(name);
  }
  static constexpr std::array names = {"http_proxy", "https_proxy", "all_proxy"};
};

TEST(oauth_client, given_a_proxy_in_the_environment_when_asked_then_it_gets_connect_and_never_the_request) {
  recording_server proxy{http_answer_text(403, "<html>blocked</html>")};
  proxy_environment environment{proxy.server.url("")};
  oauth_client client;
  auto answer = ask(client, settings_for("https://auth.example.com/token"));
  EXPECT_EQ(answer.how, delivery::unsent);
  EXPECT_EQ(answer.status, 0) << "the proxy's answer is not the authority's";
  EXPECT_THAT(proxy.last, HasSubstr("CONNECT auth.example.com:443 HTTP/1.1\r\n"));
  EXPECT_THAT(proxy.last, Not(HasSubstr("refresh_token")));
}

TEST(oauth_client, given_a_proxy_in_the_environment_when_loopback_is_asked_then_directly) {
  recording_server proxy{http_answer_text(403, "")};
  loopback_server server{answering(http_answer_text(200, issued))};
  proxy_environment environment{proxy.server.url("")};
  oauth_client client;
  EXPECT_EQ(ask(client, settings_for(server.url())).status, 200);
  EXPECT_EQ(proxy.server.connections(), 0);
}

TEST(presets, given_openai_when_made_then_its_endpoints_and_json) {
  auto made = openai_authority("app_1");
  EXPECT_EQ(made.token_endpoint, "https://auth.openai.com/oauth/token");
  EXPECT_EQ(made.revocation_endpoint, "https://auth.openai.com/oauth/revoke");
  EXPECT_EQ(made.format, body_format::json);
  EXPECT_EQ(made.client_id, "app_1");
  EXPECT_EQ(problem_of(made), std::nullopt);
}

TEST(presets, given_a_generic_authority_when_made_then_form_and_public) {
  auto made = generic_authority("https://auth.example.com/token", "id");
  EXPECT_EQ(made.format, body_format::form);
  EXPECT_EQ(made.auth, client_auth::none);
  EXPECT_EQ(problem_of(made), std::nullopt);
}

} // namespace
} // namespace breakwater::testing
