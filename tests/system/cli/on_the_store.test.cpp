#include <filesystem>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "with_authority.hpp"

namespace breakwater::testing {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// A port of the loopback that takes connections and says nothing.
class silent_listener {
public:
  silent_listener() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    auto* where = reinterpret_cast<sockaddr*>(&address_);
    EXPECT_EQ(::bind(fd_, where, size), 0);
    EXPECT_EQ(::listen(fd_, 8), 0);
    EXPECT_EQ(::getsockname(fd_, where, &size), 0);
  }
  silent_listener(const silent_listener&) = delete;
  ~silent_listener() { ::close(fd_); }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(ntohs(address_.sin_port)); }

private:
  int fd_;
  sockaddr_in address_{};
};

/// The commands without a broker: on the store itself.
class on_the_store : public with_authority {};

TEST_F(on_the_store, given_nobody_logged_in_when_asked_then_every_command_says_so_with_exit_code_3) {
  auto status = breakwater({"status"});
  EXPECT_EQ(status.code, 3);
  EXPECT_EQ(status.out, "account   default\n"
                        "status    logged out\n"
                        "from      the store " +
                            auth_file() + "\n");
  EXPECT_EQ(status.err, "");
  auto token = breakwater({"token"});
  EXPECT_EQ(token.code, 3);
  EXPECT_EQ(token.out, "");
  EXPECT_EQ(token.err, "breakwater: no credential is held\n"
                       "  means:  no credential is stored for this account\n"
                       "  to do:  log in: breakwater login\n");
  EXPECT_EQ(breakwater({"refresh"}).code, 3);
  EXPECT_EQ(breakwater({"reload"}).code, 3);
  auto explained = breakwater({"explain"});
  EXPECT_EQ(explained.code, 0);
  EXPECT_THAT(explained.out, StartsWith("You are logged out.\n"));
  EXPECT_EQ(authority.totals().token_requests, 0u);
}

TEST_F(on_the_store, given_tokens_on_standard_input_when_logged_in_then_they_are_stored_and_used) {
  auto grant = authority.issue("alice");
  auto login = breakwater({"login"}, tokens_of(grant));
  EXPECT_EQ(login.code, 0) << login.err;
  EXPECT_THAT(login.out, HasSubstr("account   default: alice@example.test (account alice, plan test)\nstatus    ok\n"));
  EXPECT_EQ(stored_refresh_token(), grant.refresh_token.reveal());
  struct stat found {};
  ASSERT_EQ(::stat(auth_file().c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777u, 0600u);

  auto token = breakwater({"token"});
  EXPECT_EQ(token.code, 0);
  EXPECT_EQ(token.err, "");
  EXPECT_EQ(token.out, std::string{grant.access_token.reveal()} + '\n');
  auto header = breakwater({"header"});
  EXPECT_EQ(header.out, "Authorization: Bearer " + std::string{grant.access_token.reveal()} + '\n');
  EXPECT_EQ(authority.totals().token_requests, 0u);
}

TEST_F(on_the_store, given_an_api_key_on_standard_input_when_logged_in_then_it_is_the_token) {
  EXPECT_EQ(breakwater({"login"}, "sk-key-of-alice-1234567890\n").code, 0);
  EXPECT_EQ(breakwater({"token"}).out, "sk-key-of-alice-1234567890\n");
  EXPECT_EQ(breakwater({"refresh"}).code, 0);
  EXPECT_THAT(breakwater({"explain"}).out, StartsWith("You are logged in with an API key.\n"));
}

TEST_F(on_the_store, given_a_secret_as_an_argument_when_logging_in_then_it_is_refused_and_not_repeated) {
  for (auto arguments : {std::vector<std::string>{"login", "sk-key-of-alice-1234567890"},
                         {"login", "--api-key=sk-key-of-alice-1234567890"},
                         {"login", "--json", "--refresh-token", "sk-key-of-alice-1234567890"}}) {
    auto login = breakwater(arguments, "sk-another-key-1234567890");
    EXPECT_EQ(login.code, 2);
    EXPECT_THAT(login.err, HasSubstr("a login takes no secret from its arguments"));
    EXPECT_THAT(login.err, Not(HasSubstr("sk-key")));
  }
  EXPECT_FALSE(std::filesystem::exists(auth_file()));
}

TEST_F(on_the_store, given_an_auth_json_elsewhere_when_taken_over_then_the_danger_of_two_owners_is_said) {
  log_in();
  environment["BREAKWATER_AUTH_FILE"] = home / "own.json";
  auto login = breakwater({"login", "--from", auth_file()});
  EXPECT_EQ(login.code, 0) << login.err;
  EXPECT_THAT(login.err, HasSubstr("holds the same refresh token still"));
  EXPECT_EQ(breakwater({"status"}).code, 0);
  login = breakwater({"login", "--from", home / "own.json"});
  EXPECT_EQ(login.code, 2);
  EXPECT_THAT(login.err, HasSubstr("is where this account is kept already"));
  login = breakwater({"login", "--from", home / "none.json"});
  EXPECT_EQ(login.code, 2);
  EXPECT_THAT(login.err, HasSubstr("is not there"));
}

TEST_F(on_the_store, given_a_living_token_when_refreshed_then_one_request_is_made_and_the_new_one_is_stored) {
  auto grant = log_in();
  auto refreshed = breakwater({"refresh"});
  EXPECT_EQ(refreshed.code, 0) << refreshed.err;
  EXPECT_THAT(refreshed.out, HasSubstr("status    ok\n"));
  EXPECT_EQ(authority.totals().token_requests, 1u);
  EXPECT_EQ(authority.totals().replays, 0u);
  EXPECT_NE(stored_refresh_token(), grant.refresh_token.reveal());
  EXPECT_TRUE(authority.is_current(secret{stored_refresh_token()}));
  EXPECT_THAT(breakwater({"explain"}).out,
              ContainsRegex("refreshed +refresh token [0-9a-f]+ was exchanged for [0-9a-f]+\n"));
}

TEST_F(on_the_store, given_fresh_tokens_when_refreshed_then_no_request_is_made) {
  environment.erase("BREAKWATER_FRESH_WINDOW");
  log_in();
  EXPECT_EQ(breakwater({"refresh"}).code, 0);
  auto once = authority.totals().token_requests;
  EXPECT_EQ(breakwater({"refresh"}).code, 0);
  EXPECT_EQ(authority.totals().token_requests, once);
}

TEST_F(on_the_store, given_an_ended_token_when_a_token_is_asked_for_then_it_is_refreshed_first) {
  log_in(std::chrono::seconds{-60});
  EXPECT_EQ(breakwater({"status"}).code, 0); // nothing stands against a refresh
  EXPECT_EQ(authority.totals().token_requests, 0u);
  auto token = breakwater({"token"});
  EXPECT_EQ(token.code, 0) << token.err;
  EXPECT_EQ(authority.totals().token_requests, 1u);
  auto bearer = json({"token"});
  EXPECT_EQ(bearer["token"].get<std::string>() + '\n', token.out);
  EXPECT_TRUE(bearer.contains("expiresAt"));
}

TEST_F(on_the_store, given_more_validity_than_there_is_when_asked_then_exit_code_4_and_what_to_do) {
  log_in();
  auto token = breakwater({"token", "--min-validity", "2h"});
  EXPECT_EQ(token.code, 4);
  EXPECT_THAT(token.err, HasSubstr("to do:  ask for less: --min-validity"));
}

TEST_F(on_the_store, given_many_programs_at_once_when_they_refresh_then_nothing_is_replayed) {
  log_in(std::chrono::seconds{-60});
  std::vector<std::unique_ptr<program>> all;
  for (int i = 0; i < 8; ++i)
    all.push_back(std::make_unique<program>(std::vector<std::string>{"token"}, environment));
  for (auto& each : all) {
    auto token = each->wait();
    EXPECT_EQ(token.code, 0) << token.err;
  }
  EXPECT_EQ(authority.totals().token_requests, 1u);
  EXPECT_EQ(authority.totals().replays, 0u);
}

TEST_F(on_the_store, given_a_refused_refresh_token_when_asked_then_exit_code_4_and_no_second_request) {
  auto grant = log_in();
  authority.refuse(grant.family, fake::answer::openai_reused);
  auto refreshed = breakwater({"refresh"});
  EXPECT_EQ(refreshed.code, 4);
  EXPECT_THAT(refreshed.err, HasSubstr("refused the refresh token (reused)"));
  EXPECT_THAT(refreshed.err, HasSubstr("to do:  log in again: breakwater login"));
  EXPECT_EQ(breakwater({"refresh"}).code, 4);
  EXPECT_EQ(breakwater({"token"}).code, 4);
  EXPECT_EQ(breakwater({"status"}).code, 4);
  EXPECT_EQ(authority.totals().token_requests, 1u);

  auto explained = breakwater({"explain"});
  EXPECT_EQ(explained.code, 0);
  EXPECT_THAT(explained.out, StartsWith("You are logged out: the authority refused the refresh token.\n"));
  EXPECT_THAT(explained.out, HasSubstr("refresh_token_reused"));
  EXPECT_THAT(explained.out, HasSubstr("To do: log in again: breakwater login\n"));
  EXPECT_EQ(authority.totals().token_requests, 1u);

  auto status = json({"status"}, 4);
  EXPECT_EQ(status["health"], "poisoned");
  EXPECT_EQ(status["failure"]["reason"], "reused");
  auto error = json({"token"}, 4)["error"];
  EXPECT_EQ(error["code"], "refresh_refused");
  EXPECT_EQ(error["reason"], "reused");
  EXPECT_EQ(error["exit"], 4);
  auto story = json({"explain"});
  EXPECT_EQ(story["mood"], "bad");
  EXPECT_EQ(story["status"]["health"], "poisoned");
  EXPECT_EQ(story["events"].back()["what"], "refused");
}

TEST_F(on_the_store, given_an_outage_when_refreshed_then_exit_code_5_and_the_pause_is_kept) {
  log_in();
  fake::behavior busy;
  busy.what = fake::answer::unavailable;
  busy.retry_after = std::chrono::seconds{600};
  authority.script(busy);
  auto refreshed = breakwater({"refresh"});
  EXPECT_EQ(refreshed.code, 5);
  EXPECT_THAT(refreshed.err, HasSubstr("answered 503"));
  EXPECT_THAT(refreshed.err, HasSubstr("not before:"));
  EXPECT_EQ(breakwater({"refresh"}).code, 5);
  EXPECT_EQ(authority.totals().token_requests, 1u);
  EXPECT_EQ(breakwater({"token"}).code, 0);
  EXPECT_THAT(breakwater({"explain"}).out, HasSubstr("nothing is wrong with the login"));
}

TEST_F(on_the_store, given_a_lost_answer_when_refreshed_then_exit_code_6_and_nothing_is_sent_again) {
  log_in();
  fake::behavior lost;
  lost.then = fake::fault::lost_by_reset;
  authority.script(lost);
  auto refreshed = breakwater({"refresh"});
  EXPECT_EQ(refreshed.code, 6);
  EXPECT_THAT(refreshed.err, HasSubstr("its answer lost"));
  EXPECT_EQ(breakwater({"refresh"}).code, 6);
  EXPECT_EQ(authority.totals().token_requests, 1u);
  EXPECT_EQ(authority.totals().replays, 0u);
  EXPECT_EQ(breakwater({"token"}).code, 0);
  EXPECT_THAT(breakwater({"explain"}).out, StartsWith("You are logged in, and the refresh token is in doubt.\n"));
}

TEST_F(on_the_store, given_a_client_that_the_authority_does_not_know_when_refreshed_then_exit_code_2) {
  log_in();
  environment["BREAKWATER_CLIENT_ID"] = "somebody-else";
  auto refreshed = breakwater({"refresh"});
  EXPECT_EQ(refreshed.code, 2);
  EXPECT_THAT(refreshed.err, HasSubstr("breakwater config"));
}

TEST_F(on_the_store, given_a_store_that_cannot_be_read_when_asked_then_exit_code_5_and_nothing_is_changed) {
  write_text(auth_file(), "{ this is no JSON");
  auto status = breakwater({"status"});
  EXPECT_EQ(status.code, 5);
  EXPECT_THAT(status.err, HasSubstr(auth_file()));
  EXPECT_THAT(status.err, HasSubstr("nothing was changed"));
  EXPECT_THAT(breakwater({"explain"}).out, StartsWith("The store cannot be read, so nobody can say.\n"));
  EXPECT_EQ(breakwater({"token"}).code, 5);
  EXPECT_EQ(read_text(auth_file()), "{ this is no JSON");
}

TEST_F(on_the_store, given_a_process_that_holds_the_lease_when_refreshed_then_exit_code_5) {
  log_in();
  environment["BREAKWATER_LEASE_WAIT_MAX"] = "50ms";
  file_store other{auth_file()};
  ASSERT_FALSE(other.acquire());
  auto refreshed = breakwater({"refresh"});
  EXPECT_EQ(refreshed.code, 5) << refreshed.out;
  EXPECT_THAT(refreshed.err, HasSubstr("another process"));
  EXPECT_EQ(authority.totals().token_requests, 0u);
}

TEST_F(on_the_store, given_a_login_when_logged_out_then_it_is_erased_and_revoked) {
  auto grant = log_in();
  auto out = breakwater({"logout"});
  EXPECT_EQ(out.code, 0);
  EXPECT_EQ(out.out, "logged out; the authority was asked to revoke the tokens, too\n");
  EXPECT_EQ(authority.totals().revocations, 1u);
  EXPECT_FALSE(authority.is_alive(grant.family));
  EXPECT_FALSE(std::filesystem::exists(auth_file()));
  EXPECT_EQ(breakwater({"logout"}).out, "nobody was logged in\n");
  log_in();
  auto outcome = json({"logout", "--no-revoke"});
  EXPECT_EQ(outcome["wasLoggedIn"], true);
  EXPECT_EQ(outcome["revoking"], false);
  EXPECT_EQ(authority.totals().revocations, 1u);
}

TEST_F(on_the_store, given_a_revocation_endpoint_that_hangs_when_logged_out_then_it_is_waited_for_within_bounds) {
  log_in();
  silent_listener hanging;
  environment["BREAKWATER_TOTAL_TIMEOUT"] = "300ms";
  environment["BREAKWATER_REVOCATION_ENDPOINT"] = hanging.url() + "/revoke";
  auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(breakwater({"logout"}).code, 0);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds{300});
  EXPECT_FALSE(std::filesystem::exists(auth_file()));
}

TEST_F(on_the_store, given_a_pipe_when_colour_is_asked_for_then_only_always_paints) {
  log_in();
  EXPECT_THAT(breakwater({"status"}).out, Not(HasSubstr("\033")));
  EXPECT_THAT(breakwater({"status", "--color", "always"}).out, HasSubstr("\033[32mok\033[0m"));
  environment["BREAKWATER_COLOR"] = "always";
  EXPECT_THAT(breakwater({"status"}).out, HasSubstr("\033"));
  EXPECT_THAT(breakwater({"status", "--color", "never"}).out, Not(HasSubstr("\033")));
  EXPECT_EQ(breakwater({"status", "--color", "maybe"}).code, 2);
}

TEST_F(on_the_store, given_everything_above_when_printed_then_refresh_tokens_are_never_in_it) {
  auto grant = log_in(std::chrono::seconds{-60});
  for (auto command : {"status", "explain", "config", "refresh", "explain", "reload", "status", "logout"}) {
    breakwater({command});
    breakwater({command, "--json"});
  }
  EXPECT_THAT(outputs, Not(HasSubstr(std::string{grant.refresh_token.reveal()})));
  EXPECT_THAT(outputs, Not(HasSubstr(std::string{grant.access_token.reveal()})));
  EXPECT_THAT(outputs, Not(HasSubstr("rt_")));
}

} // namespace
} // namespace breakwater::testing
