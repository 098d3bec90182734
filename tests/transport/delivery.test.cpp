#include "breakwater/tests/transport/asking.hpp"
#include "breakwater/tests/transport/loopback_server.hpp"

#include <gtest/gtest.h>

/// How far a request got, for every fault that a network or an authority can have.
namespace breakwater::testing {
namespace {

constexpr std::string_view issued = R"({"access_token":"at-issued-1","refresh_token":"rt-issued-1","expires_in":60})";

struct fault {
  std::string name;
  loopback_server::script script;
  delivery how;
  int status;
};

void PrintTo(const fault& f, std::ostream* out) { *out << f.name; }

std::vector<fault> faults() {
  auto answer = http_answer_text(200, issued);
  auto head = answer.substr(0, answer.find("\r\n\r\n") + 4);
  auto write_then_close = [](std::string bytes) {
    return [bytes](peer& client) {
      client.read_request();
      client.write(bytes);
      client.close();
    };
  };
  return {
      {"whole_answer", write_then_close(answer), delivery::answered, 200},
      {"accepted_never_read", [](peer& client) { client.wait_for_end(); }, delivery::lost, 0},
      {"request_cut_after_50_bytes",
       [](peer& client) {
         client.read_whole(50);
         client.reset();
       },
       delivery::lost, 0},
      {"answer_lost_by_reset",
       [](peer& client) {
         client.read_request();
         client.reset();
       },
       delivery::lost, 0},
      {"answer_lost_by_close", write_then_close(""), delivery::lost, 0},
      {"answer_never_comes",
       [](peer& client) {
         client.read_request();
         client.wait_for_end();
       },
       delivery::lost, 0},
      {"cut_in_status_line", write_then_close("HTTP/1.1 20"), delivery::lost, 0},
      {"cut_after_status_line", write_then_close("HTTP/1.1 200 OK\r\n"), delivery::lost, 200},
      {"cut_in_header_line", write_then_close("HTTP/1.1 200 OK\r\nContent-Le"), delivery::lost, 200},
      {"cut_before_blank_line", write_then_close(head.substr(0, head.size() - 2)), delivery::lost, 200},
      {"cut_in_body", write_then_close(answer.substr(0, answer.size() - 10)), delivery::lost, 200},
      {"cut_before_body", write_then_close(head), delivery::lost, 200},
      {"cut_in_chunked_body", write_then_close("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"acc"),
       delivery::lost, 200},
      {"last_chunk_missing", write_then_close("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"),
       delivery::lost, 200},
      {"only_100_continue", write_then_close("HTTP/1.1 100 Continue\r\n\r\n"), delivery::lost, 0},
      {"cut_after_100_continue", write_then_close("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nDa"), delivery::lost,
       200},
      {"not_http", write_then_close("SSH-2.0-OpenSSH_9.2\r\n"), delivery::lost, 0},
      {"answer_dripped_past_the_timeout",
       [head](peer& client) {
         client.read_request();
         client.write(head + "{\"access_");
         client.wait_for_end();
       },
       delivery::lost, 200},
      {"redirect", write_then_close(http_answer_text(302, "", "Location: http://127.0.0.1:1/elsewhere\r\n")),
       delivery::answered, 302},
      {"permanent_redirect", write_then_close(http_answer_text(308, "", "Location: /token\r\n")), delivery::answered,
       308},
      {"body_to_the_end_of_connection", write_then_close("HTTP/1.1 200 OK\r\n\r\n" + std::string{issued}),
       delivery::answered, 200},
      {"no_content", write_then_close("HTTP/1.1 204 No Content\r\n\r\n"), delivery::answered, 204},
      {"expectation_failed", write_then_close(http_answer_text(417, "")), delivery::answered, 417},
      {"unauthorized", write_then_close(http_answer_text(401, "{}", "WWW-Authenticate: Basic, Negotiate\r\n")),
       delivery::answered, 401},
      {"body_of_1_mib", write_then_close(http_answer_text(200, std::string(size_t{1} << 20, ' '))), delivery::answered,
       200},
      {"body_over_1_mib", write_then_close(http_answer_text(200, std::string((size_t{1} << 20) + 1, ' '))),
       delivery::lost, 200},
      {"header_over_64_kib",
       write_then_close(http_answer_text(200, "{}", "X-Long: " + std::string(size_t{65} << 10, 'x') + "\r\n")),
       delivery::lost, 200},
  };
}

class delivery_of : public ::testing::TestWithParam<fault> {};

TEST_P(delivery_of, given_a_fault_when_asked_then_the_report_is_right_and_one_request_was_sent) {
  loopback_server server{GetParam().script};
  auto to = settings_for(server.url());
  bool waits =
      GetParam().name.find("never") != std::string::npos || GetParam().name.find("dripped") != std::string::npos;
  if (waits)
    to->total_timeout = std::chrono::milliseconds{150};
  oauth_client client;
  auto answer = ask(client, to);
  EXPECT_EQ(answer.how, GetParam().how);
  EXPECT_EQ(answer.status, GetParam().status);
  EXPECT_EQ(answer.transport_error.empty(), answer.how == delivery::answered) << answer.transport_error;
  EXPECT_EQ(server.connections(), 1);
  if (answer.how != delivery::answered) {
    EXPECT_TRUE(answer.access_token.empty());
    EXPECT_TRUE(answer.transport_error.starts_with("127.0.0.1: ")) << answer.transport_error;
  }
}

INSTANTIATE_TEST_SUITE_P(faults, delivery_of, ::testing::ValuesIn(faults()),
                         [](const auto& row) { return row.param.name; });

TEST(delivery, given_a_closed_port_when_asked_then_unsent) {
  uint16_t port;
  {
    loopback_server gone{[](peer&) {}};
    port = gone.port();
  }
  oauth_client client;
  auto answer = ask(client, settings_for("http://127.0.0.1:" + std::to_string(port) + "/token?secret=in-query"));
  EXPECT_EQ(answer.how, delivery::unsent);
  EXPECT_NE(answer.transport_error.find("curl 7"), std::string::npos) << answer.transport_error;
  EXPECT_EQ(answer.transport_error.find("in-query"), std::string::npos) << answer.transport_error;
}

TEST(delivery, given_a_reset_at_accept_when_asked_then_never_answered) {
  loopback_server server{[](peer& client) { client.reset(); }};
  oauth_client client;
  auto answer = ask(client, settings_for(server.url()));
  EXPECT_NE(answer.how, delivery::answered); // who is first, the reset or the request, is the kernel's choice
  EXPECT_EQ(server.connections(), 1);
}

TEST(delivery, given_a_reset_before_tls_when_asked_then_unsent) {
  loopback_server server{[](peer& client) { client.reset(); }};
  auto to = settings_for("https://127.0.0.1:" + std::to_string(server.port()));
  oauth_client client;
  EXPECT_EQ(ask(client, to).how, delivery::unsent);
}

TEST(delivery, given_a_tls_handshake_that_never_ends_when_the_connect_timeout_passes_then_unsent) {
  loopback_server server{[](peer& client) { client.wait_for_end(); }};
  auto to = settings_for("https://127.0.0.1:" + std::to_string(server.port()));
  to->connect_timeout = std::chrono::milliseconds{100};
  oauth_client client;
  auto answer = ask(client, to);
  EXPECT_EQ(answer.how, delivery::unsent);
  EXPECT_NE(answer.transport_error.find("curl 28"), std::string::npos) << answer.transport_error;
}

TEST(delivery, given_a_name_that_does_not_resolve_when_asked_then_unsent) {
  oauth_client client; // a label of more than 63 characters is refused before anything is looked up
  auto answer = ask(client, settings_for("https://" + std::string(64, 'a') + ".invalid/token"));
  EXPECT_EQ(answer.how, delivery::unsent);
  EXPECT_FALSE(answer.transport_error.empty());
}

TEST(delivery, given_an_interim_answer_when_the_final_one_follows_then_only_that_counts) {
  loopback_server server{answering("HTTP/1.1 100 Continue\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n"
                                   "HTTP/1.1 103 Early Hints\r\nRetry-After: 7\r\n\r\n" +
                                   http_answer_text(200, issued))};
  oauth_client client;
  auto answer = ask(client, settings_for(server.url()));
  EXPECT_EQ(answer.how, delivery::answered);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.access_token.reveal(), "at-issued-1");
  EXPECT_EQ(answer.retry_after.count(), -1);
  EXPECT_EQ(answer.date, unknown_time);
}

} // namespace
} // namespace breakwater::testing
