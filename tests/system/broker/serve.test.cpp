#include <csignal>

#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "broker_fixture.hpp"

/// `breakwater serve` as one process for many.
namespace breakwater::testing {

namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class serve : public with_broker {
protected:
  json status(line_client& client) { return client.ask("breakwater/status"); }
  static mode_t mode_of(const std::string& path) {
    struct stat about {};
    return ::stat(path.c_str(), &about) == 0 ? about.st_mode & 07777 : 0;
  }
};

} // namespace

TEST_F(serve, given_it_listens_when_looked_at_then_only_the_user_can_reach_it) {
  auto broker = start_serve();
  EXPECT_EQ(mode_of(socket()), 0600u);
  EXPECT_EQ(mode_of(home / "run"), 0700u);
  line_client client{socket()};
  auto info = client.ask("breakwater/info")["result"];
  EXPECT_EQ(info["pid"], broker->id());
  EXPECT_EQ(info["accounts"], json::array({"default"}));
  broker->signal(SIGTERM);
  EXPECT_EQ(broker->wait(), 0) << broker->errors();
  EXPECT_EQ(mode_of(socket()), 0u) << "the socket is left behind";
}

TEST_F(serve, given_a_broker_when_a_second_one_starts_then_it_refuses_and_says_who_runs) {
  auto first = start_serve();
  auto second = run_small({"serve", "socket=" + socket()});
  EXPECT_EQ(second->wait(), 1);
  EXPECT_THAT(second->errors(), HasSubstr("process " + std::to_string(first->id())));
  EXPECT_THAT(second->errors(), HasSubstr(socket()));
  line_client client{socket()};
  EXPECT_EQ(client.ask("breakwater/info")["result"]["pid"], first->id()) << "the first one lost its socket";
}

TEST_F(serve, given_a_broker_that_was_killed_when_another_starts_then_it_takes_its_place) {
  auto first = start_serve();
  first->signal(SIGKILL);
  first->wait();
  ASSERT_NE(mode_of(socket()), 0u);
  auto second = start_serve();
  line_client client{socket()};
  EXPECT_EQ(client.ask("breakwater/info")["result"]["pid"], second->id());
}

TEST_F(serve, given_something_else_in_its_place_when_it_starts_then_it_is_left_alone) {
  std::filesystem::create_directory(home / "run");
  std::filesystem::permissions(home / "run", std::filesystem::perms::owner_all);
  write_text(socket(), "precious");
  auto broker = run_small({"serve", "socket=" + socket()});
  EXPECT_EQ(broker->wait(), 1);
  EXPECT_THAT(broker->errors(), HasSubstr("no socket"));
  EXPECT_EQ(read_text(socket()), "precious");
  std::filesystem::permissions(home / "run", std::filesystem::perms::all);
  auto another = run_small({"serve", "socket=" + (home / "run/other.sock")});
  EXPECT_EQ(another->wait(), 1);
  EXPECT_THAT(another->errors(), HasSubstr("may be written by others"));
}

TEST_F(serve, given_another_user_when_it_connects_then_it_is_told_and_sent_away) {
  auto* nobody = ::getpwnam("nobody");
  ASSERT_TRUE(nobody && ::geteuid() == 0) << "this test changes its user, and has to be root for it";
  log_in();
  auto broker = start_serve();
  // Opened wide, so that nothing but the broker itself keeps the other user out.
  for (auto& path : {home.path(), home / "run"})
    ::chmod(path.c_str(), 0755);
  ::chmod(socket().c_str(), 0666);
  auto as_nobody = child{{{STRANGER, socket()}, {}, home / "errors.nobody", false, nobody->pw_uid}};
  line_client heard{as_nobody};
  auto answer = heard.message();
  EXPECT_THAT(answer.dump(), HasSubstr("you are user " + std::to_string(nobody->pw_uid))) << as_nobody.errors();
  EXPECT_FALSE(heard.line(10s)) << "and nothing else";
  line_client own{socket()};
  EXPECT_EQ(status(own)["result"]["method"], "oauth");
}

TEST_F(serve, given_clients_that_refresh_at_once_when_answered_then_one_request_served_them_all) {
  log_in();
  authority.stand({.delay = 100ms});
  auto broker = start_serve();
  std::vector<std::unique_ptr<line_client>> clients;
  for (int i = 0; i < 100; ++i) {
    clients.push_back(std::make_unique<line_client>(socket()));
    clients.back()->initialize();
  }
  for (auto& client : clients)
    client->say({{"id", 1}, {"method", "getAuthStatus"}, {"params", auth_status(true, true)}});
  auto first = clients[0]->message()["result"]["authToken"];
  EXPECT_TRUE(first.is_string());
  for (size_t i = 1; i < clients.size(); ++i)
    EXPECT_EQ(clients[i]->message()["result"]["authToken"], first);
  EXPECT_EQ(authority.totals().token_requests, 1u);
}

TEST_F(serve, given_two_accounts_when_asked_by_name_then_each_has_its_own) {
  auto first = log_in();
  auto document = read_auth_file();
  auto other = authority.issue("bob");
  document["tokens"]["access_token"] = other.access_token.reveal();
  document["tokens"]["refresh_token"] = other.refresh_token.reveal();
  document["tokens"]["account_id"] = "bob";
  write_text(home / "work.json", document.dump());
  auto broker = start_serve({"second=work"});
  line_client client{socket()};
  EXPECT_EQ(client.ask("breakwater/token")["result"]["token"], first.access_token.reveal());
  EXPECT_EQ(client.ask("breakwater/token", {{"account", "work"}})["result"]["token"], other.access_token.reveal());
  auto error = client.ask("breakwater/token", {{"account", "nobody"}})["error"];
  EXPECT_THAT(error["message"].get<std::string>(), HasSubstr("`default`, `work`"));
  EXPECT_EQ(error["data"]["ec"], "invalid_request");
}

TEST_F(serve, given_a_watcher_when_the_credential_changes_then_it_hears_of_it) {
  log_in();
  auto broker = start_serve();
  line_client watcher{socket()}, other{socket()};
  EXPECT_EQ(watcher.ask("breakwater/watch")["result"]["method"], "oauth");
  other.ask("breakwater/logout");
  while (true) {
    auto notice = watcher.notice("breakwater/changed");
    ASSERT_TRUE(notice.is_object());
    EXPECT_FALSE(notice["params"]["status"].contains("token"));
    if (notice["params"]["status"]["method"] == "none")
      break;
  }
}

TEST_F(serve, given_our_own_methods_when_used_then_they_answer_as_documented) {
  auto grant = log_in();
  auto broker = start_serve();
  line_client client{socket()};
  EXPECT_EQ(client.ask("breakwater/reload")["result"]["outcome"], "unchanged");
  EXPECT_EQ(client.ask("breakwater/explain")["result"]["store"], auth_file());
  auto before = status(client)["result"];
  auto after = client.ask("breakwater/refresh", {{"observed", before["generation"]}})["result"];
  EXPECT_GT(after["generation"]["number"], before["generation"]["number"]);
  auto login = client.ask("breakwater/login", {{"apiKey", "sk-new"}})["result"];
  EXPECT_EQ(login["method"], "api_key");
  EXPECT_EQ(client.ask("breakwater/logout")["result"]["wasLoggedIn"], true);
  auto error = client.ask("breakwater/token")["error"];
  EXPECT_EQ(error["data"]["ec"], "logged_out");
}

TEST_F(serve, given_a_dead_session_when_a_token_is_asked_for_then_the_error_says_why) {
  auto grant = log_in(1s);
  authority.refuse(grant.family, fake::answer::openai_reused);
  auto broker = start_serve();
  line_client client{socket()};
  json error;
  EXPECT_TRUE(eventually([&] {
    error = client.ask("breakwater/refresh").value("error", json{});
    return error.is_object() && error["data"]["ec"] == "refresh_refused";
  }));
  EXPECT_EQ(error["data"]["reason"], "reused");
  EXPECT_EQ(status(client)["result"]["health"], "poisoned");
  EXPECT_EQ(authority.totals().token_requests, 1u);
}

// -- hostile clients -------------------------------------------------------------------------------------------------

TEST_F(serve, given_a_client_that_does_not_read_when_it_asks_on_then_it_is_closed_and_others_do_not_notice) {
  log_in();
  auto broker = start_serve({"write_stall_ms=2000", "output_bytes_max=65536"});
  line_client deaf{socket()}, other{socket()};
  deaf.initialize();
  other.initialize();
  auto request = json{{"id", 1}, {"method", "getAuthStatus"}, {"params", auth_status(true, false)}}.dump() + "\n";
  std::string many;
  for (int i = 0; i < 200; ++i)
    many += request;
  // It never reads; its own sending stops when the broker stops reading from it.
  ::fcntl(deaf.descriptor(), F_SETFL, O_NONBLOCK);
  auto closed = eventually([&] {
    for (int i = 0; i < 10; ++i)
      if (::send(deaf.descriptor(), many.data(), many.size(), MSG_NOSIGNAL) < 0 && errno == EPIPE)
        return true;
    return !other.ask("getAuthStatus", auth_status(true, false))["result"]["authToken"].is_string();
  });
  EXPECT_TRUE(closed);
  EXPECT_TRUE(other.ask("getAuthStatus", auth_status(true, false))["result"]["authToken"].is_string());
  EXPECT_LT(broker->resident_peak(), 40'000) << "KiB";
}

TEST_F(serve, given_half_lines_and_silence_when_others_ask_then_they_are_answered) {
  log_in();
  auto broker = start_serve();
  std::vector<std::unique_ptr<line_client>> silent;
  for (int i = 0; i < 50; ++i) {
    silent.push_back(std::make_unique<line_client>(socket()));
    silent.back()->send(R"({"id":1,"method":"getAu)");
  }
  line_client other{socket()};
  EXPECT_EQ(status(other)["result"]["method"], "oauth");
  silent[7]->send("thStatus\",\"params\":{}}\n");
  EXPECT_EQ(silent[7]->message()["error"]["message"], "Not initialized");
}

TEST_F(serve, given_an_endless_line_when_sent_then_it_is_refused_and_closed_and_others_do_not_notice) {
  log_in();
  auto broker = start_serve({"line_bytes_max=1000000"});
  line_client endless{socket()}, other{socket()};
  const std::string piece(1 << 20, 'x');
  auto sent = 0;
  while (sent < 100 && endless.send(piece))
    ++sent;
  EXPECT_LT(sent, 100) << "all of 100 MB was taken";
  EXPECT_THAT(endless.message().dump(), HasSubstr("longer than 1000000 bytes"));
  EXPECT_EQ(status(other)["result"]["method"], "oauth");
}

TEST_F(serve, given_clients_that_vanish_in_the_middle_when_the_refresh_ends_then_the_others_are_answered) {
  log_in();
  authority.stand({.delay = 400ms});
  auto broker = start_serve();
  line_client stays{socket()};
  stays.initialize();
  {
    line_client goes{socket()};
    goes.initialize();
    goes.say({{"id", 1}, {"method", "getAuthStatus"}, {"params", auth_status(true, true)}});
    stays.say({{"id", 2}, {"method", "getAuthStatus"}, {"params", auth_status(true, true)}});
    ASSERT_TRUE(eventually([&] { return authority.totals().token_requests == 1; }));
  }
  EXPECT_TRUE(stays.message()["result"]["authToken"].is_string());
}

TEST_F(serve, given_too_many_clients_when_one_more_comes_then_it_is_told_and_the_others_stay) {
  auto broker = start_serve({"clients_max=3"});
  std::vector<std::unique_ptr<line_client>> in;
  for (int i = 0; i < 3; ++i) {
    in.push_back(std::make_unique<line_client>(socket()));
    ASSERT_TRUE(in.back()->ask("breakwater/info").contains("result"));
  }
  line_client more{socket()};
  EXPECT_THAT(more.message().dump(), HasSubstr("serves 3 clients already"));
  EXPECT_FALSE(more.line(10s));
  in.pop_back();
  EXPECT_TRUE(eventually([&] { return line_client{socket()}.ask("breakwater/info").contains("result"); }));
  EXPECT_TRUE(in[0]->ask("breakwater/info").contains("result"));
}

TEST_F(serve, given_sigterm_during_a_refresh_when_it_ends_then_everyone_is_answered_and_the_token_stored) {
  log_in();
  authority.stand({.delay = 500ms});
  auto broker = start_serve();
  std::vector<std::unique_ptr<line_client>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(std::make_unique<line_client>(socket()));
    clients.back()->initialize();
    clients.back()->say({{"id", 1}, {"method", "getAuthStatus"}, {"params", auth_status(true, true)}});
  }
  ASSERT_TRUE(eventually([&] { return authority.totals().token_requests == 1; }));
  broker->signal(SIGTERM);
  for (auto& client : clients)
    EXPECT_TRUE(client->message()["result"]["authToken"].is_string());
  EXPECT_EQ(broker->wait(), 0) << broker->errors();
  EXPECT_TRUE(authority.is_current(secret{read_auth_file()["tokens"]["refresh_token"].get<std::string>()}));
}

} // namespace breakwater::testing
