#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>

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

const json no_such_flow{
    {"code", -32600},
    {"message", "This build of Breakwater has no browser or device code login yet. Log in with another program that "
                "writes the same auth.json, with `breakwater login`, or with the type `apiKey`."}};

/// A login of this type is refused, and nothing else happens: nothing is announced, and who is logged in stays.
void expect_no_flow(contract& c, const char* type) {
  EXPECT_EQ(c.client->ask("account/login/start", {{"type", type}})["error"], no_such_flow);
  auto error = c.client->ask("account/login/cancel", {{"loginId", "7e57d004-2b97-4e7a-b45f-5387367791cd"}});
  EXPECT_EQ(error["result"], (json{{"status", "notFound"}})) << "a login was left open";
  EXPECT_TRUE(c.client->notices.empty());
  EXPECT_EQ(c.authority.totals().requests, 0u);
}

void no_browser_login(contract& c) {
  auto grant = c.log_in();
  c.start();
  expect_no_flow(c, "chatgpt");
  EXPECT_EQ(c.status(true), with_token(grant.access_token));
}

/// The sockets of a process that listen on TCP, as inodes.
std::vector<std::string> tcp_listeners(pid_t process) {
  auto base = "/proc/" + std::to_string(process);
  std::set<std::string> owned;
  for (auto& entry : std::filesystem::directory_iterator{base + "/fd"}) {
    std::error_code ignored;
    owned.insert(std::filesystem::read_symlink(entry.path(), ignored).string());
  }
  std::vector<std::string> out;
  for (auto table : {"/net/tcp", "/net/tcp6"}) {
    std::ifstream file{base + table};
    std::string line;
    for (std::getline(file, line); std::getline(file, line);) {
      std::istringstream words{line};
      std::vector<std::string> fields{std::istream_iterator<std::string>{words}, {}};
      if (fields.size() > 9 && fields[3] == "0A" && owned.contains("socket:[" + fields[9] + "]"))
        out.push_back(fields[9]);
    }
  }
  return out;
}

unique_fd listen_on_loopback(std::string& url) {
  unique_fd out{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  EXPECT_EQ(::bind(out.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(::listen(out.get(), 8), 0);
  EXPECT_EQ(::getsockname(out.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  return out;
}

void no_callback(contract& c) {
  std::string url;
  auto seen = listen_on_loopback(url);
  ASSERT_EQ(tcp_listeners(::getpid()).size(), 2u) << "the authority and this one: the look itself";
  c.start();
  expect_no_flow(c, "chatgpt");
  EXPECT_TRUE(tcp_listeners(c.id()).empty()) << "a callback that nobody may send a code to";
}

void no_issuer(contract& c) {
  auto grant = c.log_in();
  c.variables["CODEX_APP_SERVER_LOGIN_ISSUER"] = c.authority.url();
  c.variables["CODEX_APP_SERVER_LOGIN_CLIENT_ID"] = "somebody-else";
  c.start();
  expect_no_flow(c, "chatgpt");
  expect_no_flow(c, "chatgptDeviceCode");
  // The authority takes refreshes of the known client only.
  EXPECT_NE(c.refresh()["authToken"], grant.access_token.reveal());
  EXPECT_EQ(c.authority.totals().requests, 1u);
}

void no_device_code(contract& c) {
  auto grant = c.log_in();
  c.variables["CODEX_APP_SERVER_LOGIN_ISSUER"] = c.authority.url();
  c.start();
  expect_no_flow(c, "chatgptDeviceCode");
  EXPECT_EQ(c.status(true), with_token(grant.access_token));
}

void cancel(contract& c) {
  c.start();
  EXPECT_EQ(c.client->ask("account/login/cancel", {{"loginId", "7e57d004-2b97-4e7a-b45f-5387367791cd"}})["result"],
            (json{{"status", "notFound"}}));
  auto error = c.client->ask("account/login/cancel", {{"loginId", "seven"}})["error"];
  EXPECT_EQ(error["code"], -32600);
  EXPECT_THAT(error["message"].get<std::string>(), ::testing::StartsWith("invalid login id: "));
}

void login_after_login(contract& c) {
  c.start();
  std::string both;
  for (auto key : {"sk-first", "sk-second"})
    both +=
        json{{"id", key}, {"method", "account/login/start"}, {"params", {{"type", "apiKey"}, {"apiKey", key}}}}.dump() +
        "\n";
  c.client->send(both);
  for (auto key : {"sk-first", "sk-second"}) {
    auto answer = c.client->message();
    while (answer.contains("method")) {
      c.client->notices.push_back(answer);
      answer = c.client->message();
    }
    EXPECT_EQ(answer, (json{{"id", key}, {"result", {{"type", "apiKey"}}}}));
  }
  EXPECT_EQ(c.status(true)["authToken"], "sk-second");
  EXPECT_EQ(c.auth()["OPENAI_API_KEY"], "sk-second");
  auto completed = std::count_if(c.client->notices.begin(), c.client->notices.end(),
                                 [](auto& notice) { return notice["method"] == "account/login/completed"; });
  EXPECT_EQ(completed, 2) << "each login ends with a word to its client";
}

void forced_methods(contract& c) {
  auto grant = c.log_in();
  write_text(c.home / "config.toml", "forced_login_method = \"api\"\n");
  c.start();
  EXPECT_EQ(c.refresh()["authMethod"], "chatgpt") << "a stored login is not hidden";
  EXPECT_EQ(c.requests(), 1u);
  write_text(c.home / "config.toml",
             "forced_login_method = \"chatgpt\"\nforced_chatgpt_workspace_id = \"not-of-this-login\"\n");
  c.start();
  EXPECT_EQ(c.status()["authMethod"], "chatgpt");
  EXPECT_EQ(c.client->ask("account/login/start", {{"type", "apiKey"}, {"apiKey", "sk-43"}})["result"],
            (json{{"type", "apiKey"}}));
  EXPECT_EQ(c.status(true)["authToken"], "sk-43");
}

void hanging_revocation(contract& c) {
  auto grant = c.log_in();
  auto nobody = listen_on_loopback(c.variables["CODEX_REVOKE_TOKEN_URL_OVERRIDE"]);
  c.start();
  auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(c.client->ask("account/logout")["result"], json::object());
  EXPECT_EQ(c.status(), logged_out);
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds{5});
  pollfd asked{nobody.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&asked, 1, static_cast<int>(std::chrono::milliseconds{patience}.count())), 1)
      << "the revocation was not tried";
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

void notice_of_another_program(contract& c) {
  c.start();
  EXPECT_EQ(c.status(), logged_out);
  c.log_in();
  EXPECT_EQ(c.client->notice("account/updated")["params"]["authMode"], "chatgpt");
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
      {38, "no_browser_login", no_browser_login, differs},
      {39, "nothing_listens_for_a_callback", no_callback, differs},
      {40, "no_issuer_of_the_environment", no_issuer, differs},
      {41, "no_device_code", no_device_code, differs},
      {42, "cancel", cancel},
      {42, "a_new_login_replaces_the_one_before", login_after_login},
      {43, "forced_methods_are_not_read", forced_methods, differs},
      {44, "logout_revokes_and_erases", logout},
      {44, "a_logout_does_not_wait_for_the_revocation", hanging_revocation, differs},
      {49, "a_login_by_another_program_is_announced", notice_of_another_program, differs},
      {49, "login_is_announced", login_notices},
      {49, "poison_is_not_announced", no_notice_of_poison},
  };
}

} // namespace breakwater::testing
