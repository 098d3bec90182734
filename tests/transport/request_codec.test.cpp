#include "breakwater/transport/oauth_client.hpp"
#include "breakwater/transport/oauth_codec.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace breakwater {
namespace {

std::string_view text(const wiped_string& bytes) { return bytes; }

authority an_authority() {
  auto made = generic_authority("https://auth.example.com/token", "client 1");
  made.revocation_endpoint = "https://auth.example.com/revoke";
  return made;
}

TEST(refresh_request, given_a_public_client_when_rendered_then_a_form_with_its_id) {
  auto request = render_refresh(an_authority(), secret{"a b+c&d=e%~*-._\xC3\xBC"});
  EXPECT_EQ(request.url, "https://auth.example.com/token");
  EXPECT_EQ(request.content_type, "application/x-www-form-urlencoded");
  EXPECT_EQ(text(request.authorization), "");
  EXPECT_EQ(text(request.body),
            "grant_type=refresh_token&refresh_token=a+b%2Bc%26d%3De%25%7E*-._%C3%BC&client_id=client+1");
}

TEST(refresh_request, given_post_authentication_when_rendered_then_the_secret_is_in_the_body) {
  auto to = an_authority();
  to.auth = client_auth::post;
  to.client_secret = secret{"s&p"};
  auto request = render_refresh(to, secret{"rt"});
  EXPECT_EQ(text(request.body), "grant_type=refresh_token&refresh_token=rt&client_id=client+1&client_secret=s%26p");
  EXPECT_EQ(text(request.authorization), "");
}

TEST(refresh_request, given_basic_authentication_when_rendered_then_encoded_before_joined) {
  auto to = an_authority();
  to.auth = client_auth::basic;
  to.client_secret = secret{"s:p"};
  auto request = render_refresh(to, secret{"rt"});
  EXPECT_EQ(text(request.body), "grant_type=refresh_token&refresh_token=rt");
  EXPECT_EQ(text(request.authorization), "Basic Y2xpZW50KzE6cyUzQXA="); // client+1:s%3Ap
}

TEST(refresh_request, given_extra_parameters_when_rendered_then_sent_in_order) {
  auto to = an_authority();
  to.extra_parameters = {{"scope", "a b"}, {"resource", "x"}, {"resource", "y"}};
  auto request = render_refresh(to, secret{"rt"});
  EXPECT_EQ(text(request.body),
            "grant_type=refresh_token&refresh_token=rt&scope=a+b&resource=x&resource=y&client_id=client+1");
}

TEST(refresh_request, given_openai_when_rendered_then_json_with_three_members) {
  auto request = render_refresh(openai_authority("app_1"), secret{"r\"t\\\n\x01"});
  EXPECT_EQ(request.content_type, "application/json");
  auto body = nlohmann::json::parse(request.body.begin(), request.body.end(), nullptr, false);
  EXPECT_EQ(body, (nlohmann::json{
                      {"client_id", "app_1"}, {"grant_type", "refresh_token"}, {"refresh_token", "r\"t\\\n\x01"}}));
}

TEST(refresh_request, given_settings_when_rendered_then_carried_along) {
  auto to = an_authority();
  to.ca_bundle = "/ca.pem";
  to.user_agent = "agent/1";
  to.connect_timeout = std::chrono::milliseconds{7};
  to.total_timeout = std::chrono::milliseconds{9};
  auto request = render_refresh(to, secret{"rt"});
  EXPECT_EQ(request.ca_bundle, "/ca.pem");
  EXPECT_EQ(request.user_agent, "agent/1");
  EXPECT_EQ(request.connect_timeout.count(), 7);
  EXPECT_EQ(request.total_timeout.count(), 9);
}

TEST(revocation_request, given_a_form_authority_when_rendered_then_token_hint_and_client) {
  auto to = an_authority();
  to.extra_parameters = {{"scope", "a"}};
  auto request = render_revocation(to, secret{"r t"}, token_kind::refresh_token);
  EXPECT_EQ(request.url, "https://auth.example.com/revoke");
  EXPECT_EQ(text(request.body), "token=r+t&token_type_hint=refresh_token&client_id=client+1");
}

TEST(revocation_request, given_openai_when_rendered_then_json) {
  auto request = render_revocation(openai_authority("app_1"), secret{"at"}, token_kind::access_token);
  EXPECT_EQ(request.url, "https://auth.openai.com/oauth/revoke");
  EXPECT_EQ(text(request.body), R"({"token":"at","token_type_hint":"access_token","client_id":"app_1"})");
}

} // namespace
} // namespace breakwater
