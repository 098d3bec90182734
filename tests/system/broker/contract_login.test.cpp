#include "contract_fixture.hpp"

/// Logins and logouts.
namespace breakwater::testing {

namespace {

void external_tokens(contract& c) {
  json login{{"type", "chatgptAuthTokens"}, {"accessToken", "ext"}, {"chatgptAccountId", "acc"}};
  c.start();
  EXPECT_EQ(c.client->ask("account/login/start", login)["error"]["message"],
            "account/login/start.chatgptAuthTokens requires experimentalApi capability");
  c.start({{"experimentalApi", true}});
  EXPECT_EQ(c.client->ask("account/login/start", login)["result"], (json{{"type", "chatgptAuthTokens"}}));
  EXPECT_EQ(c.refresh()["authToken"], "ext") << "the flag is ignored";
  EXPECT_EQ(c.client->ask("account/login/start", {{"type", "apiKey"}, {"apiKey", "sk"}})["error"]["code"], -32600);
  EXPECT_FALSE(std::filesystem::exists(c.home / "auth.json"));
}

void no_flows(contract& c) {
  c.start();
  for (auto type : {"chatgpt", "chatgptDeviceCode"}) {
    auto error = c.client->ask("account/login/start", {{"type", type}})["error"];
    EXPECT_EQ(error["code"], -32600);
    EXPECT_THAT(error["message"].get<std::string>(), ::testing::HasSubstr("no browser or device code login yet"));
  }
}

void cancel(contract& c) {
  c.start();
  EXPECT_EQ(c.client->ask("account/login/cancel", {{"loginId", "7e57d004-2b97-4e7a-b45f-5387367791cd"}})["result"],
            (json{{"status", "notFound"}}));
  auto error = c.client->ask("account/login/cancel", {{"loginId", "seven"}})["error"];
  EXPECT_EQ(error["code"], -32600);
  EXPECT_THAT(error["message"].get<std::string>(), ::testing::StartsWith("invalid login id: "));
}

void logout(contract& c) {
  auto grant = c.log_in();
  c.start();
  EXPECT_EQ(c.client->ask("account/logout")["result"], json::object());
  EXPECT_EQ(c.client->notice("account/updated")["params"], (json{{"authMode", nullptr}, {"planType", nullptr}}));
  EXPECT_EQ(c.status(true), logged_out);
  EXPECT_FALSE(std::filesystem::exists(c.home / "auth.json"));
  EXPECT_TRUE(eventually([&] { return !c.authority.is_alive(grant.family); })) << "revoked";
}

void login_notices(contract& c) {
  c.start();
  EXPECT_EQ(c.client->ask("account/login/start", {{"type", "apiKey"}, {"apiKey", "sk-4"}})["result"],
            (json{{"type", "apiKey"}}));
  EXPECT_EQ(c.client->message(), (json{{"method", "account/login/completed"},
                                       {"params", {{"loginId", nullptr}, {"success", true}, {"error", nullptr}}}}));
  EXPECT_EQ(c.client->message(),
            (json{{"method", "account/updated"}, {"params", {{"authMode", "apikey"}, {"planType", nullptr}}}}));
  EXPECT_EQ(c.auth()["OPENAI_API_KEY"], "sk-4");
}

void no_notice_of_poison(contract& c) {
  auto grant = c.log_in();
  c.authority.refuse(grant.family, fake::answer::openai_expired);
  c.start();
  c.refresh();
  c.status();
  EXPECT_TRUE(c.client->notices.empty());
}

} // namespace

std::vector<conversation> conversations_on_login() {
  return {
      {36, "external_tokens", external_tokens},
      {38, "no_browser_and_no_device_code_yet", no_flows, differs},
      {42, "cancel", cancel},
      {44, "logout_revokes_and_erases", logout},
      {49, "login_is_announced", login_notices},
      {49, "poison_is_not_announced", no_notice_of_poison},
  };
}

} // namespace breakwater::testing
