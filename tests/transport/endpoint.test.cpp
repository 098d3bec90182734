#include "breakwater/transport/endpoint.hpp"

#include "breakwater/transport/oauth_client.hpp"

#include <gmock/gmock.h>

#include <fstream>

namespace breakwater {
namespace {

using ::testing::HasSubstr;

TEST(endpoint, given_urls_when_read_then_host_and_protection_are_what_curl_sees) {
  struct row {
    std::string url, host;
    bool is_protected;
  };
  for (const auto& [url, host, is_protected] : std::vector<row>{
           {"https://auth.example.com/token", "auth.example.com", true},
           {"HTTPS://Auth.Example.COM", "auth.example.com", true},
           {"http://auth.example.com/", "auth.example.com", false},
           {"http://localhost:8080/t", "localhost", true},
           {"http://LOCALHOST/", "localhost", true},
           {"http://localhost.example.com/", "localhost.example.com", false},
           {"http://127.0.0.1/", "127.0.0.1", true},
           {"http://127.255.3.4:1/", "127.255.3.4", true},
           {"http://127.1/", "127.0.0.1", true},
           {"http://2130706433/", "127.0.0.1", true},
           {"http://128.0.0.1/", "128.0.0.1", false},
           {"http://0.0.0.0/", "0.0.0.0", false},
           {"http://127.0.0.1.example.com/", "127.0.0.1.example.com", false},
           {"http://127.0.0.1@evil.example/", "evil.example", false},
           {"http://[::1]:8080/", "::1", true},
           {"http://[::2]/", "::2", false},
           {"http://[::ffff:127.0.0.1]/", "::ffff:127.0.0.1", false},
           {"ftp://127.0.0.1/", "", false},
           {"file:///etc/passwd", "", false},
           {"/oauth/token", "", false},
           {"localhost/token", "", false},
           {"", "", false},
       }) {
    auto read = endpoint_of(url);
    EXPECT_EQ(read.host, host) << url;
    EXPECT_EQ(read.is_protected(), is_protected) << url;
  }
}

authority good() { return generic_authority("https://auth.example.com/token", "client"); }

template <class Change>
std::string problem_after(Change change) {
  auto changed = good();
  change(changed);
  return problem_of(changed).value_or("none");
}

TEST(problem_of, given_good_settings_when_checked_then_nothing) { EXPECT_EQ(problem_of(good()), std::nullopt); }

TEST(problem_of, given_each_wrong_setting_when_checked_then_it_is_named) {
  EXPECT_THAT(problem_after([](auto& a) { a.token_endpoint = "auth.example.com"; }), HasSubstr("token_endpoint"));
  EXPECT_THAT(problem_after([](auto& a) { a.token_endpoint = "http://auth.example.com/"; }), HasSubstr("use https"));
  EXPECT_THAT(problem_after([](auto& a) { a.token_endpoint = "https://u:p@auth.example.com/"; }),
              HasSubstr("user name"));
  EXPECT_THAT(problem_after([](auto& a) { a.token_endpoint += "#part"; }), HasSubstr("fragment"));
  EXPECT_THAT(problem_after([](auto& a) { a.revocation_endpoint = "http://auth.example.com/"; }),
              HasSubstr("revocation_endpoint"));
  EXPECT_THAT(problem_after([](auto& a) { a.client_id.clear(); }), HasSubstr("client_id"));
  EXPECT_THAT(problem_after([](auto& a) { a.auth = client_auth::basic; }), HasSubstr("client_secret"));
  EXPECT_THAT(problem_after([](auto& a) { a.auth = client_auth::post; }), HasSubstr("client_secret"));
  EXPECT_THAT(problem_after([](auto& a) { a.user_agent = "x\r\nX-Evil: 1"; }), HasSubstr("user_agent"));
  EXPECT_THAT(problem_after([](auto& a) { a.total_timeout = {}; }), HasSubstr("total_timeout"));
  EXPECT_THAT(problem_after([](auto& a) {
                a.extra_parameters = {{"grant_type", "password"}};
              }),
              HasSubstr("grant_type"));
  EXPECT_THAT(problem_after([](auto& a) { a.ca_bundle = "/nowhere/ca.pem"; }), HasSubstr("/nowhere/ca.pem"));
  EXPECT_THAT(problem_after([](auto& a) { a.ca_bundle = ::testing::TempDir(); }), HasSubstr("ca_bundle"));
}

TEST(problem_of, given_a_bundle_when_checked_then_it_needs_a_certificate) {
  auto path = ::testing::TempDir() + "breakwater-bundle.pem";
  std::ofstream{path} << "not a certificate\n";
  EXPECT_THAT(problem_after([&](auto& a) { a.ca_bundle = path; }), HasSubstr("no PEM certificate"));
  std::ofstream{path} << "-----BEGIN CERTIFICATE-----\n";
  EXPECT_EQ(problem_after([&](auto& a) { a.ca_bundle = path; }), "none");
}

TEST(problem_of, given_problems_when_checked_then_no_secret_is_shown) {
  auto text = problem_after([](auto& a) { a.token_endpoint = "http://user:pa55word@auth.example.com/?key=k3y"; });
  EXPECT_EQ(text.find("pa55word"), std::string::npos);
  EXPECT_EQ(text.find("k3y"), std::string::npos);
}

} // namespace
} // namespace breakwater
