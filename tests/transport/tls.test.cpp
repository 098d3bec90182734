#include "breakwater/tests/transport/asking.hpp"
#include "breakwater/tests/transport/loopback_server.hpp"
#include "breakwater/tests/transport/tls_server.hpp"

#include <gtest/gtest.h>

namespace breakwater::testing {
namespace {

class tls : public ::testing::Test {
protected:
  tls() : ca_(make_identity({.alternative_names = "", .is_ca = true})), bundle_(write_pem(ca_, "ca")) {}

  token_answer ask_server(const identity& who, const std::string& bundle, const std::string& host = "127.0.0.1") {
    auto context = make_server(who);
    return ask_context(context, bundle, host);
  }

  token_answer ask_context(const tls_context& context, const std::string& bundle, const std::string& host) {
    loopback_server server{answering(http_answer_text(200, R"({"access_token":"at-1"})")), context.get()};
    auto to = settings_for("https://" + host + ":" + std::to_string(server.port()) + "/token");
    to->ca_bundle = bundle;
    oauth_client client;
    return ask(client, to);
  }

  static void expect_unsent(const token_answer& answer, std::string_view code) {
    EXPECT_EQ(answer.how, delivery::unsent);
    EXPECT_EQ(answer.status, 0);
    EXPECT_NE(answer.transport_error.find(code), std::string::npos) << answer.transport_error;
  }

  identity ca_;
  std::string bundle_;
};

TEST_F(tls, given_a_good_certificate_when_asked_then_answered) {
  EXPECT_EQ(ask_server(make_identity({}, &ca_), bundle_).how, delivery::answered);
  EXPECT_EQ(ask_server(make_identity({}, &ca_), bundle_, "localhost").how, delivery::answered);
}

TEST_F(tls, given_the_systems_certificates_when_the_ca_is_not_among_them_then_unsent) {
  expect_unsent(ask_server(make_identity({}, &ca_), ""), "curl 60");
}

TEST_F(tls, given_an_expired_certificate_when_asked_then_unsent) {
  expect_unsent(ask_server(make_identity({.ends_in = -3600}, &ca_), bundle_), "curl 60");
}

TEST_F(tls, given_the_wrong_host_when_asked_then_unsent) {
  expect_unsent(ask_server(make_identity({.alternative_names = "DNS:other.example"}, &ca_), bundle_), "curl 60");
  expect_unsent(ask_server(make_identity({.alternative_names = "IP:127.0.0.1"}, &ca_), bundle_, "localhost"),
                "curl 60");
}

TEST_F(tls, given_a_self_signed_certificate_when_asked_then_unsent) {
  expect_unsent(ask_server(make_identity({}), bundle_), "curl 60");
}

TEST_F(tls, given_another_ca_when_asked_then_unsent) {
  auto other = make_identity({.alternative_names = "", .is_ca = true});
  expect_unsent(ask_server(make_identity({}, &other), bundle_), "curl 60");
}

TEST_F(tls, given_a_ca_bundle_that_is_not_there_when_asked_then_unsent) {
  expect_unsent(ask_server(make_identity({}, &ca_), bundle_ + ".missing"), "curl 77");
}

TEST_F(tls, given_a_server_of_tls_1_1_when_asked_then_unsent) {
  auto leaf = make_identity({}, &ca_);
  auto context = make_server(leaf);
  SSL_CTX_set_cipher_list(context.get(), "ALL:@SECLEVEL=0");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(context.get(), TLS1_1_VERSION);
  expect_unsent(ask_context(context, bundle_, "127.0.0.1"), "curl 35");
}

TEST_F(tls, given_a_server_of_tls_1_2_when_asked_then_answered) {
  auto leaf = make_identity({}, &ca_);
  auto context = make_server(leaf);
  SSL_CTX_set_max_proto_version(context.get(), TLS1_2_VERSION);
  EXPECT_EQ(ask_context(context, bundle_, "127.0.0.1").how, delivery::answered);
}

TEST_F(tls, given_plain_http_behind_an_https_url_when_asked_then_unsent) {
  loopback_server server{[](peer& client) {
    client.read(1);
    client.write(http_answer_text(200, R"({"access_token":"at-1"})"));
  }};
  oauth_client client;
  auto to = settings_for("https://127.0.0.1:" + std::to_string(server.port()));
  EXPECT_EQ(ask(client, to).how, delivery::unsent);
}

TEST_F(tls, given_a_server_that_wants_a_client_certificate_when_asked_then_not_answered) {
  auto leaf = make_identity({}, &ca_);
  auto context = make_server(leaf);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  auto answer = ask_context(context, bundle_, "127.0.0.1");
  EXPECT_EQ(answer.how, delivery::lost); // TLS 1.3 says so only after the request left
}

} // namespace
} // namespace breakwater::testing
