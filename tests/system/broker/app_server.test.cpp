#include <csignal>
#include <set>
#include <thread>

#include <sys/resource.h>

#include "broker_fixture.hpp"

/// `breakwater app-server` as a client's child process.
namespace breakwater::testing {

namespace {

using namespace std::chrono_literals;

class app_server : public with_broker {
protected:
  /// `count` requests in one string, their ids from `first` on.
  static std::string requests(int first, int count, const json& params) {
    std::string out;
    for (int i = first; i < first + count; ++i)
      out += json{{"id", i}, {"method", "getAuthStatus"}, {"params", params}}.dump() + "\n";
    return out;
  }
  static std::string new_token(const json& document) { return document["tokens"]["refresh_token"]; }
};

} // namespace

TEST_F(app_server, given_1000_refreshes_at_once_when_the_authority_takes_50_ms_then_one_request_and_one_token) {
  auto grant = log_in();
  authority.stand({.delay = 50ms});
  auto broker = run({"app-server"});
  line_client client{*broker};
  client.initialize();
  ASSERT_TRUE(client.send(requests(1, 1000, auth_status(true, true))));
  std::set<int> answered;
  std::set<std::string> tokens;
  for (int i = 0; i < 1000; ++i) {
    auto answer = client.message();
    ASSERT_TRUE(answer.is_object());
    answered.insert(answer["id"].get<int>());
    tokens.insert(answer["result"]["authToken"].get<std::string>());
  }
  EXPECT_EQ(answered.size(), 1000u);
  EXPECT_EQ(tokens.size(), 1u);
  EXPECT_NE(*tokens.begin(), grant.access_token.reveal());
  EXPECT_EQ(authority.totals().token_requests, 1u);
}

TEST_F(app_server, given_100000_pipelined_requests_when_sent_without_reading_then_every_one_is_answered_once) {
  log_in();
  authority.stand({.delay = 50ms});
  variables["BREAKWATER_FRESH_WINDOW"] = "10m";
  auto broker = run({"app-server"});
  line_client client{*broker};
  client.initialize();
  constexpr size_t count = 100'000;
  std::string all;
  for (size_t i = 0; i < count; ++i)
    all += "{\"id\":" + std::to_string(i) + R"(,"method":"getAuthStatus","params":{"includeToken":)" +
           (i % 2 == 0 ? "true" : "false") + R"(,"refreshToken":)" + (i % 3 == 0 ? "true" : "false") + "}}\n";
  std::thread sender{[&] { client.send(all); }};
  std::vector<int> answers(count);
  for (size_t i = 0; i < count; ++i) {
    auto answer = client.line().value_or("");
    if (answer.rfind("{\"id\":", 0) != 0 || answer.find("\"result\":{") == std::string::npos) {
      ADD_FAILURE() << "answer " << i << ": " << answer;
      break;
    }
    ++answers.at(std::stoul(answer.substr(6)));
  }
  sender.join();
  EXPECT_EQ(static_cast<size_t>(std::count(answers.begin(), answers.end(), 1)), count);
  EXPECT_EQ(authority.totals().token_requests, 1u);
}

TEST_F(app_server, given_a_slow_refresh_when_others_ask_how_things_stand_then_they_are_answered_meanwhile) {
  log_in();
  authority.stand({.delay = 1500ms});
  auto broker = run({"app-server"});
  line_client client{*broker};
  client.initialize();
  client.say({{"id", "slow"}, {"method", "getAuthStatus"}, {"params", auth_status(true, true)}});
  ASSERT_TRUE(eventually([&] { return authority.totals().token_requests == 1; }));
  for (int i = 0; i < 100; ++i) {
    client.say({{"id", i}, {"method", i % 2 == 0 ? "getAuthStatus" : "account/read"}, {"params", json::object()}});
    ASSERT_EQ(client.message()["id"], i) << "it waited for the refresh";
  }
  EXPECT_EQ(client.message()["id"], "slow");
}

TEST_F(app_server, given_a_dead_session_when_restarted_and_polled_then_no_request_is_made_at_all) {
  auto grant = log_in();
  authority.refuse(grant.family, fake::answer::openai_reused);
  for (int start = 0; start < 3; ++start) {
    auto broker = run({"app-server"});
    line_client client{*broker};
    client.initialize();
    for (int i = 0; i < 200; ++i) {
      auto answer = client.ask("getAuthStatus", auth_status(true, true));
      EXPECT_EQ(answer["result"]["authMethod"], "chatgpt");
      EXPECT_TRUE(answer["result"]["authToken"].is_null());
    }
    client.close_input();
    EXPECT_EQ(broker->wait(), 0) << broker->errors();
    EXPECT_EQ(authority.totals().token_requests, 1u) << "after start " << start;
  }
}

TEST_F(app_server, given_poison_when_another_program_logs_in_then_a_refresh_sees_it_within_the_look_pause) {
  auto grant = log_in();
  authority.refuse(grant.family, fake::answer::openai_reused);
  auto broker = run({"app-server"});
  line_client client{*broker};
  client.initialize();
  EXPECT_TRUE(client.ask("getAuthStatus", auth_status(true, true))["result"]["authToken"].is_null());
  auto other = log_in();
  EXPECT_TRUE(eventually([&] {
    auto token = client.ask("getAuthStatus", auth_status(true, true))["result"]["authToken"];
    return token.is_string();
  }));
  EXPECT_LE(authority.totals().token_requests, 2u);
  EXPECT_TRUE(authority.is_alive(other.family));
}

TEST_F(app_server, given_sigterm_during_a_refresh_when_it_ends_then_the_new_token_is_stored_and_the_caller_answered) {
  for (auto signal : {SIGTERM, SIGINT}) {
    auto grant = log_in();
    authority.script({.delay = 500ms});
    auto before = authority.totals().token_requests;
    auto broker = run({"app-server"});
    line_client client{*broker};
    client.initialize();
    client.say({{"id", 1}, {"method", "getAuthStatus"}, {"params", auth_status(true, true)}});
    ASSERT_TRUE(eventually([&] { return authority.totals().token_requests == before + 1; }));
    broker->signal(signal);
    auto answer = client.message();
    ASSERT_TRUE(answer.is_object());
    EXPECT_NE(answer["result"]["authToken"], grant.access_token.reveal());
    EXPECT_EQ(broker->wait(), 0) << broker->errors();
    EXPECT_TRUE(authority.is_current(secret{new_token(read_auth_file())}));
  }
}

TEST_F(app_server, given_input_closed_during_a_refresh_when_it_ends_then_all_is_answered_and_stored) {
  log_in();
  authority.script({.delay = 500ms});
  auto broker = run({"app-server"});
  line_client client{*broker};
  client.initialize();
  client.send(requests(1, 50, auth_status(true, true)));
  client.close_input();
  for (int i = 1; i <= 50; ++i)
    EXPECT_TRUE(client.message()["result"]["authToken"].is_string()) << i;
  EXPECT_EQ(broker->wait(), 0) << broker->errors();
  EXPECT_EQ(authority.totals().token_requests, 1u);
  EXPECT_TRUE(authority.is_current(secret{new_token(read_auth_file())}));
}

TEST_F(app_server, given_an_authority_that_never_answers_when_input_ends_then_the_wait_is_bounded) {
  log_in();
  authority.stand({.then = fake::fault::never_read});
  auto broker = run_small({"app-server", "grace_ms=300"});
  line_client client{*broker};
  client.initialize();
  client.send(requests(1, 3, auth_status(true, true)));
  client.close_input();
  for (int i = 1; i <= 3; ++i)
    EXPECT_EQ(client.message()["result"]["authMethod"], "chatgpt") << i;
  EXPECT_TRUE(broker->wait(20s)) << "it waits for an answer that never comes";
}

TEST_F(app_server, given_a_line_without_newline_when_input_ends_then_it_is_answered_too) {
  log_in();
  auto broker = run({"app-server"});
  line_client client{*broker};
  client.initialize();
  client.send(json{{"id", 5}, {"method", "getAuthStatus"}, {"params", json::object()}}.dump());
  client.close_input();
  EXPECT_EQ(client.message()["id"], 5);
  EXPECT_EQ(broker->wait(), 0);
}

TEST_F(app_server, given_sockets_or_files_for_stdio_when_asked_then_it_works_as_with_pipes) {
  log_in();
  child node{{{BREAKWATER_PROGRAM, "app-server"}, environment(), home / "errors.sockets", true}};
  line_client client{node};
  client.initialize();
  ASSERT_TRUE(client.send(requests(1, 2000, auth_status(true, false))));
  for (int i = 1; i <= 2000; ++i)
    ASSERT_TRUE(client.message()["result"]["authToken"].is_string()) << i;
  client.close_input();
  EXPECT_EQ(node.wait(), 0) << node.errors();

  write_text(home / "questions", json{{"id", 1}, {"method", "breakwater/status"}}.dump());
  std::string command = "exec " BREAKWATER_PROGRAM " app-server < " + (home / "questions") + " > " + (home / "answers");
  child shell{{{"/bin/sh", "-c", command}, environment(), home / "errors.files"}};
  EXPECT_EQ(shell.wait(), 0) << shell.errors();
  EXPECT_EQ(json::parse(read_text(home / "answers"))["result"]["method"], "oauth");
}

TEST_F(app_server, given_nothing_open_when_the_reader_goes_away_or_a_signal_comes_then_it_ends) {
  log_in();
  auto broker = run({"app-server"});
  broker->output.reset();
  EXPECT_EQ(broker->wait(), 0) << broker->errors();
  for (auto signal : {SIGTERM, SIGINT}) {
    auto another = run({"app-server"});
    line_client client{*another};
    client.initialize();
    another->signal(signal);
    EXPECT_EQ(another->wait(), 0) << another->errors();
  }
}

TEST_F(app_server, given_a_login_and_a_question_in_one_write_when_answered_then_the_question_sees_the_login) {
  auto broker = run({"app-server"});
  line_client client{*broker};
  client.initialize();
  client.send(
      json{{"id", 1}, {"method", "account/login/start"}, {"params", {{"type", "apiKey"}, {"apiKey", "sk-test-key"}}}}
          .dump() +
      "\n" + requests(2, 1, auth_status(true, false)) + json{{"id", 3}, {"method", "account/logout"}}.dump() + "\n" +
      requests(4, 1, auth_status(true, false)));
  EXPECT_EQ(client.message()["id"], 1);
  EXPECT_EQ(client.message()["method"], "account/login/completed");
  EXPECT_EQ(client.message()["params"], (json{{"authMode", "apikey"}, {"planType", nullptr}}));
  EXPECT_EQ(client.message()["result"]["authToken"], "sk-test-key");
  EXPECT_EQ(client.message()["result"], json::object());
  EXPECT_EQ(client.message()["params"], (json{{"authMode", nullptr}, {"planType", nullptr}}));
  EXPECT_TRUE(client.message()["result"]["authMethod"].is_null());
}

TEST_F(app_server, given_a_line_of_100_mb_when_sent_then_it_is_refused_and_memory_stays_small) {
  auto broker = run({"app-server"});
  line_client client{*broker};
  client.initialize();
  std::thread sender{[&] {
    const std::string piece(1 << 20, 'x');
    for (int i = 0; i < 100 && client.send(piece); ++i)
      ;
  }};
  auto answer = client.message();
  EXPECT_EQ(answer["error"]["code"], -32600);
  EXPECT_TRUE(answer["id"].is_null());
  sender.join();
  EXPECT_EQ(broker->wait(), 0);
  struct rusage used {};
  ::getrusage(RUSAGE_CHILDREN, &used);
  EXPECT_LT(used.ru_maxrss, 64 * 1024) << "KiB";
}

TEST_F(app_server, given_external_tokens_when_one_is_rejected_then_the_client_is_asked_for_another) {
  auto broker = run({"app-server"});
  line_client client{*broker};
  client.initialize({{"experimentalApi", true}});
  auto login = client.ask("account/login/start", {{"type", "chatgptAuthTokens"},
                                                  {"accessToken", "external-one"},
                                                  {"chatgptAccountId", "acc-7"},
                                                  {"chatgptPlanType", "pro"}});
  EXPECT_EQ(login["result"], (json{{"type", "chatgptAuthTokens"}}));
  EXPECT_EQ(client.ask("getAuthStatus", auth_status(true, true))["result"],
            (json{{"authMethod", "chatgptAuthTokens"}, {"authToken", "external-one"}, {"requiresOpenaiAuth", true}}));
  auto first = client.ask("breakwater/token");
  EXPECT_EQ(first["result"]["token"], "external-one");
  json rejected{{"rejected", first["result"]["generation"]}};
  client.say({{"id", 77}, {"method", "breakwater/token"}, {"params", rejected}});
  auto wish = client.notice("account/chatgptAuthTokens/refresh");
  ASSERT_TRUE(wish.is_object());
  EXPECT_EQ(wish["params"], (json{{"reason", "unauthorized"}, {"previousAccountId", "acc-7"}}));
  client.say({{"id", wish["id"]}, {"result", {{"accessToken", "external-two"}, {"chatgptAccountId", "acc-7"}}}});
  auto second = client.message();
  EXPECT_EQ(second["id"], 77);
  EXPECT_EQ(second["result"]["token"], "external-two") << second;
  EXPECT_FALSE(read_auth_file().is_object()) << "external tokens stay in memory";
}

TEST_F(app_server, given_its_whole_life_when_it_ends_then_it_said_no_secret) {
  auto grant = log_in();
  auto broker = run({"app-server"});
  line_client client{*broker};
  client.initialize();
  client.ask("getAuthStatus", auth_status(true, true));
  client.ask("breakwater/explain");
  client.send(R"({"id":1,"method":"account/login/start","params":{"type":"apiKey","apiKey":["sk-wrong-type"]}})"
              "\n");
  EXPECT_THAT(*client.line(), ::testing::Not(::testing::HasSubstr("sk-wrong-type")));
  auto explained = client.ask("breakwater/explain").dump();
  client.close_input();
  broker->wait();
  auto document = read_auth_file();
  for (auto token : {std::string{grant.access_token.reveal()}, std::string{grant.refresh_token.reveal()},
                     document["tokens"]["access_token"].get<std::string>(), new_token(document)}) {
    EXPECT_THAT(broker->errors(), ::testing::Not(::testing::HasSubstr(token)));
    EXPECT_THAT(explained, ::testing::Not(::testing::HasSubstr(token)));
  }
}

TEST_F(app_server, given_an_idle_process_when_measured_then_it_has_less_than_20_mb) {
  log_in();
  auto broker = run({"app-server"});
  line_client client{*broker};
  client.initialize();
  client.ask("getAuthStatus", auth_status(true, false));
  EXPECT_LT(broker->resident(), 20'000) << "KiB";
}

} // namespace breakwater::testing
