#include "breakwater/tests/transport/asking.hpp"
#include "breakwater/tests/transport/loopback_server.hpp"
#include "breakwater/tests/transport/tls_server.hpp"

#include <gtest/gtest.h>

#include <cstring>

namespace breakwater::testing {
namespace {

enum frame_type : uint8_t { data = 0, headers = 1, rst_stream = 3, settings = 4, goaway = 7 };

struct frame {
  uint8_t type = 0, flags = 0;
  uint32_t stream = 0;
  std::string payload;
};

std::string big_endian(uint32_t number, size_t bytes) {
  std::string made;
  for (size_t i = bytes; i-- > 0;)
    made += static_cast<char>(number >> (8 * i));
  return made;
}

void send_frame(peer& client, const frame& f) {
  client.write(big_endian(static_cast<uint32_t>(f.payload.size()), 3) + static_cast<char>(f.type) +
               static_cast<char>(f.flags) + big_endian(f.stream, 4) + f.payload);
}

/// The least of HTTP/2 (RFC 9113) that a client needs: `on_request` is called at the end of each request.
loopback_server::script http2_server(std::function<void(peer&, uint32_t stream, const std::string& body)> on_request) {
  return [on_request](peer& client) {
    if (!client.is_http2() || client.read_whole(24).empty())
      return;
    send_frame(client, {settings});
    std::string body;
    for (;;) {
      auto head = client.read_whole(9);
      if (head.empty())
        return;
      auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(head[i])); };
      frame f{static_cast<uint8_t>(byte(3)), static_cast<uint8_t>(byte(4)), byte(7) << 8 | byte(8), {}};
      if (auto size = byte(0) << 16 | byte(1) << 8 | byte(2); size > 0)
        f.payload = client.read_whole(size);
      if (f.type == settings && f.flags == 0)
        send_frame(client, {settings, 1});
      if (f.type == data)
        body += f.payload;
      if (f.type == data && (f.flags & 1) != 0)
        on_request(client, f.stream, std::exchange(body, {}));
    }
  };
}

void answer_well(peer& client, uint32_t stream) {
  send_frame(client, {headers, 4, stream, "\x88"}); // END_HEADERS; ":status: 200" of the static table
  send_frame(client, {data, 1, stream, R"({"access_token":"at-h2"})"});
}

class http2 : public ::testing::Test {
protected:
  http2() : ca_(make_identity({.alternative_names = "", .is_ca = true})), leaf_(make_identity({}, &ca_)) {
    context_ = make_server(leaf_, true);
  }

  std::shared_ptr<authority> settings_of(const loopback_server& server) {
    auto to = settings_for(server.url());
    to->ca_bundle = write_pem(ca_, "http2-ca");
    return to;
  }

  identity ca_, leaf_;
  tls_context context_{nullptr, &SSL_CTX_free};
};

TEST_F(http2, given_a_server_that_offers_it_when_asked_then_used_and_the_connection_kept) {
  loopback_server server{
      http2_server([](peer& client, uint32_t stream, const std::string&) { answer_well(client, stream); }),
      context_.get()};
  oauth_client client;
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(ask(client, settings_of(server)).access_token.reveal(), "at-h2");
  EXPECT_EQ(server.connections(), 1);
}

/// Runs a second request into `at_second` and returns its answer; no body may come more than once.
struct http2_ending : http2 {
  void expect_lost_and_not_repeated(std::function<void(peer&, uint32_t)> at_second) {
    std::atomic<int> bodies{0};
    loopback_server server{http2_server([&](peer& client, uint32_t stream, const std::string&) {
                             if (++bodies == 2)
                               at_second(client, stream);
                             else
                               answer_well(client, stream);
                           }),
                           context_.get()};
    oauth_client client;
    EXPECT_EQ(ask(client, settings_of(server)).how, delivery::answered);
    EXPECT_EQ(ask(client, settings_of(server)).how, delivery::lost);
    EXPECT_EQ(bodies, 2);
  }
};

TEST_F(http2_ending, given_a_refused_stream_when_asked_then_lost_and_not_repeated) {
  expect_lost_and_not_repeated([](peer& client, uint32_t stream) {
    send_frame(client, {rst_stream, 0, stream, big_endian(7, 4)});
  });
}

TEST_F(http2_ending, given_http_1_1_required_when_asked_then_lost_and_not_repeated) {
  expect_lost_and_not_repeated([](peer& client, uint32_t stream) {
    send_frame(client, {rst_stream, 0, stream, big_endian(13, 4)});
  });
}

TEST_F(http2_ending, given_goaway_when_asked_then_lost_and_not_repeated) {
  expect_lost_and_not_repeated([](peer& client, uint32_t) {
    send_frame(client, {goaway, 0, 0, big_endian(1, 4) + big_endian(0, 4)});
    client.close();
  });
}

TEST_F(http2_ending, given_a_reset_connection_when_asked_then_lost_and_not_repeated) {
  expect_lost_and_not_repeated([](peer& client, uint32_t) { client.reset(); });
}

TEST_F(http2_ending, given_a_close_after_the_header_when_asked_then_lost_and_not_repeated) {
  expect_lost_and_not_repeated([](peer& client, uint32_t stream) {
    send_frame(client, {headers, 4, stream, "\x88"});
    client.close();
  });
}

} // namespace
} // namespace breakwater::testing
