#include "breakwater/messages/credential.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace breakwater {
namespace {

credential some_credential() {
  credential c;
  c.method = auth_method::oauth;
  c.access_token = secret{"access"};
  c.refresh_token = secret{"refresh"};
  c.id_token = secret{"id"};
  c.account = {"account", "someone@example.org", "plus"};
  c.login_id = "login";
  c.expires_at = wall_time{std::chrono::hours{100}};
  c.refreshed_at = wall_time{std::chrono::hours{99}};
  return c;
}

struct change {
  const char* name;
  std::function<void(credential&)> apply;
  bool material;
};

TEST(credential, given_one_change_when_compared_then_only_method_key_tokens_and_account_are_material) {
  const change changes[] = {
      {"nothing", [](credential&) {}, false},
      {"equal token in another block", [](credential& c) { c.access_token = secret{"access"}; }, false},
      {"method", [](credential& c) { c.method = auth_method::external; }, true},
      {"API key", [](credential& c) { c.api_key = secret{"key"}; }, true},
      {"access token", [](credential& c) { c.access_token = secret{"access2"}; }, true},
      {"refresh token", [](credential& c) { c.refresh_token = secret{"refresh2"}; }, true},
      {"ID token", [](credential& c) { c.id_token = secret{"id2"}; }, true},
      {"a token is gone", [](credential& c) { c.id_token = secret{}; }, true},
      {"account", [](credential& c) { c.account.id = "other"; }, true},
      {"email", [](credential& c) { c.account.email = "new@example.org"; }, false},
      {"plan", [](credential& c) { c.account.plan = "pro"; }, false},
      {"expiry", [](credential& c) { c.expires_at = unknown_time; }, false},
      {"date of refresh", [](credential& c) { c.refreshed_at += std::chrono::hours{1}; }, false},
  };
  for (const auto& [name, apply, material] : changes) {
    SCOPED_TRACE(name);
    auto before = some_credential(), after = some_credential();
    apply(after);
    EXPECT_EQ(materially_changed(before, after), material);
    EXPECT_EQ(materially_changed(after, before), material);
  }
}

TEST(credential, given_two_logged_out_when_compared_then_nothing_changed) {
  EXPECT_FALSE(materially_changed(credential{}, credential{}));
}

struct identity {
  auth_method method = auth_method::oauth;
  const char* account = "";
  const char* login = "";
  const char* refresh_token = "";
};

credential known_as(const identity& who) {
  credential c;
  c.method = who.method;
  c.account.id = who.account;
  c.login_id = who.login;
  c.refresh_token = secret{who.refresh_token};
  return c;
}

TEST(credential, given_two_credentials_when_asked_then_same_account_is_by_id_then_login_then_refresh_token) {
  using enum auth_method;
  struct row {
    const char* name;
    identity left, right;
    bool same;
  };
  const row rows[] = {
      {"equal ids", {oauth, "a", "", "r1"}, {oauth, "a", "", "r2"}, true},
      {"equal ids, other logins", {oauth, "a", "l1", "r1"}, {oauth, "a", "l2", "r2"}, true},
      {"other ids", {oauth, "a", "l", "r"}, {oauth, "b", "l", "r"}, false},
      {"one id unknown", {oauth, "a", "", "r1"}, {oauth, "", "", "r2"}, false},
      {"one id unknown, equal logins", {oauth, "a", "l", "r1"}, {oauth, "", "l", "r2"}, true},
      {"one id unknown, equal refresh tokens", {oauth, "a", "", "r"}, {oauth, "", "", "r"}, true},
      {"no ids, equal logins", {oauth, "", "l", "r1"}, {oauth, "", "l", "r2"}, true},
      {"no ids, other logins", {oauth, "", "l1", "r1"}, {oauth, "", "l2", "r2"}, false},
      {"nothing known, equal refresh tokens", {oauth, "", "", "r"}, {oauth, "", "", "r"}, true},
      {"nothing known, other refresh tokens", {oauth, "", "", "r1"}, {oauth, "", "", "r2"}, false},
      {"nothing known at all", {oauth, "", "", ""}, {oauth, "", "", ""}, false},
      {"other methods", {oauth, "a", "l", "r"}, {external, "a", "l", "r"}, false},
  };
  for (const auto& [name, left, right, same] : rows) {
    SCOPED_TRACE(name);
    EXPECT_EQ(same_account(known_as(left), known_as(right)), same);
    EXPECT_EQ(same_account(known_as(right), known_as(left)), same);
  }
}

} // namespace
} // namespace breakwater
