#include "contract_fixture.hpp"

/// Lines, ids, errors, and the order of answers.
namespace breakwater::testing {

namespace {

using namespace std::chrono_literals;

void lines_and_ids(contract& c) {
  c.log_in();
  c.start();
  auto answer = [&](const std::string& line) {
    c.client->send(line + "\n");
    return c.client->message();
  };
  EXPECT_EQ(answer(R"({"id":"s","method":"getAuthStatus","params":{}})")["id"], "s");
  EXPECT_EQ(answer(R"({"jsonrpc":"1.0","id":-3,"method":"getAuthStatus","params":{}})")["id"], -3);
  EXPECT_FALSE(answer(R"({"id":1,"method":"getAuthStatus","params":{}})").contains("jsonrpc"));
}

void broken_lines(contract& c) {
  c.start();
  for (auto line : {"nonsense", "[]", R"([{"id":1,"method":"getAuthStatus","params":{}}])",
                    R"({"id":null,"method":"getAuthStatus","params":{}})", R"({"id":1.5,"method":"getAuthStatus"})"}) {
    c.client->send(std::string{line} + "\n");
    auto answer = c.client->message();
    EXPECT_TRUE(answer["error"]["code"].is_number()) << line;
    EXPECT_TRUE(answer["id"].is_null()) << line;
  }
}

void before_initialize(contract& c) {
  c.start_bare();
  auto error = c.client->ask("getAuthStatus")["error"];
  EXPECT_EQ(error, (json{{"code", -32600}, {"message", "Not initialized"}}));
  c.client->initialize();
  error = c.client->initialize()["error"];
  EXPECT_EQ(error, (json{{"code", -32600}, {"message", "Already initialized"}}));
  error = c.client->send_and_wait({{"id", 1}, {"method", "getAuthStatus"}})["error"];
  EXPECT_EQ(error["code"], -32600);
  EXPECT_EQ(error["message"], "Invalid request: missing field `params`");
  EXPECT_TRUE(c.client->send_and_wait({{"id", 2}, {"method", "account/logout"}}).contains("result"));
}

void other_methods(contract& c) {
  c.start();
  EXPECT_EQ(c.client->ask("thread/start")["error"]["code"], -32601);
}

void status_shape(contract& c) {
  auto grant = c.log_in();
  c.start();
  EXPECT_EQ(c.status(), no_token) << "only if asked for";
  EXPECT_EQ(c.status(true), with_token(grant.access_token));
}

void account_read(contract& c) {
  auto grant = c.log_in();
  c.start();
  auto result = c.client->ask("account/read")["result"];
  EXPECT_EQ(result["requiresOpenaiAuth"], true);
  EXPECT_EQ(result["account"]["type"], "chatgpt");
  EXPECT_TRUE(result["account"].contains("planType"));
  c.authority.refuse(grant.family, fake::answer::openai_reused);
  c.refresh();
  EXPECT_EQ(c.client->ask("account/read")["result"], (json{{"account", nullptr}, {"requiresOpenaiAuth", true}}));
  c.client->ask("account/login/start", {{"type", "apiKey"}, {"apiKey", "sk-5"}});
  EXPECT_EQ(c.client->ask("account/read")["result"]["account"], (json{{"type", "apiKey"}}));
}

void never_overloaded(contract& c) {
  c.log_in();
  c.start();
  std::string many;
  for (int i = 0; i < 5000; ++i)
    many += json{{"id", i}, {"method", "getAuthStatus"}, {"params", json::object()}}.dump() + "\n";
  std::thread sender{[&] { c.client->send(many); }};
  for (int i = 0; i < 5000; ++i)
    if (!c.client->message().contains("result")) {
      ADD_FAILURE() << "answer " << i;
      break;
    }
  sender.join();
}

void nobody_waits(contract& c) {
  c.log_in();
  c.authority.stand({.delay = 700ms});
  c.start();
  c.client->say({{"id", "slow"}, {"method", "getAuthStatus"}, {"params", auth_status(true, true)}});
  ASSERT_TRUE(eventually([&] { return c.requests() == 1; }));
  c.client->say({{"id", "fast"}, {"method", "account/read"}, {"params", json::object()}});
  EXPECT_EQ(c.client->message()["id"], "fast");
  EXPECT_EQ(c.client->message()["id"], "slow");
}

} // namespace

std::vector<conversation> conversations_on_rpc() {
  return {
      {45, "lines_and_ids", lines_and_ids},
      {45, "broken_lines_are_answered", broken_lines, differs},
      {46, "initialize_first_and_once", before_initialize},
      {46, "methods_outside_auth", other_methods, differs},
      {47, "the_shape_of_a_status", status_shape},
      {48, "account_read", account_read, differs},
      {50, "never_overloaded", never_overloaded, differs},
      {51, "nobody_waits_for_a_slow_refresh", nobody_waits, differs},
  };
}

} // namespace breakwater::testing
