#include <sys/file.h>
#include <sys/resource.h>

#include "contract_fixture.hpp"

/// Refreshes, and what the authority answers.
namespace breakwater::testing {

namespace {

using namespace std::chrono_literals;

void request_form(contract& c) {
  // The authority of these tests takes JSON only, and only the app-server clients' own client id.
  auto grant = c.log_in();
  c.start();
  EXPECT_NE(c.refresh()["authToken"], grant.access_token.reveal());
  EXPECT_EQ(c.authority.stats().by_grant.at("refresh_token"), 1u);
}

void bounded_request(contract& c) {
  c.log_in();
  c.authority.stand({.then = fake::fault::never_read});
  c.variables["BREAKWATER_TOTAL_TIMEOUT"] = "500ms";
  c.start();
  EXPECT_EQ(c.refresh()["authMethod"], "chatgpt");
}

void missing_fields_are_kept(contract& c) {
  auto grant = c.log_in();
  c.authority.script({.what = fake::answer::no_refresh_token});
  c.start();
  EXPECT_NE(c.refresh()["authToken"], grant.access_token.reveal());
  EXPECT_EQ(c.auth()["tokens"]["refresh_token"], grant.refresh_token.reveal());
}

void no_token_at_all(contract& c) {
  auto grant = c.log_in();
  c.authority.script({.what = fake::answer::empty_object});
  c.start();
  EXPECT_EQ(c.refresh(), with_token(grant.access_token));
  c.poll(20);
  EXPECT_EQ(c.requests(), 1u) << "a token that may be spent was sent again";
}

void another_account(contract& c) {
  auto grant = c.log_in();
  c.authority.script({.what = fake::answer::other_account});
  c.start();
  c.refresh();
  EXPECT_EQ(c.auth()["tokens"]["account_id"], grant.account);
  EXPECT_EQ(c.auth()["tokens"]["access_token"], grant.access_token.reveal());
}

template <fake::answer Answer>
void permanent(contract& c) {
  auto grant = c.log_in();
  c.authority.refuse(grant.family, Answer);
  c.start();
  auto answer = c.client->ask("getAuthStatus", auth_status(true, true));
  EXPECT_FALSE(answer.contains("error"));
  EXPECT_EQ(answer["result"], no_token);
  c.poll(100);
  EXPECT_EQ(c.status(true), no_token) << "without a refresh, too";
  EXPECT_EQ(c.requests(), 1u);
}

template <fake::answer Answer>
void transient(contract& c) {
  auto grant = c.log_in();
  c.authority.stand({.what = Answer, .retry_after = std::chrono::seconds{60}});
  c.start();
  EXPECT_EQ(c.refresh(), with_token(grant.access_token)) << "the old token is still good";
  c.poll(100);
  EXPECT_EQ(c.requests(), 1u);
}

void concurrent(contract& c) {
  c.log_in();
  c.authority.stand({.delay = 50ms});
  c.start();
  for (int i = 0; i < 200; ++i)
    c.client->say({{"id", i}, {"method", "getAuthStatus"}, {"params", auth_status(true, true)}});
  std::set<std::string> tokens;
  for (int i = 0; i < 200; ++i)
    tokens.insert(c.client->message()["result"]["authToken"].get<std::string>());
  EXPECT_EQ(tokens.size(), 1u);
  EXPECT_EQ(c.requests(), 1u);
}

void api_key_refresh(contract& c) {
  c.write({{"OPENAI_API_KEY", "sk-2"}});
  c.start();
  EXPECT_EQ(c.refresh()["authToken"], "sk-2");
  EXPECT_EQ(c.requests(), 0u);
}

void file_of_another_account(contract& c) {
  auto grant = c.log_in();
  c.start();
  EXPECT_EQ(c.status(true), with_token(grant.access_token));
  auto file = c.auth();
  auto bob = c.authority.issue("bob");
  file["tokens"]["account_id"] = "bob";
  file["tokens"]["access_token"] = bob.access_token.reveal();
  file["tokens"]["refresh_token"] = bob.refresh_token.reveal();
  file["tokens"]["id_token"] = bob.id_token.reveal();
  c.write(file);
  EXPECT_EQ(c.refresh(), with_token(grant.access_token)) << "another account was taken over";
  EXPECT_EQ(c.requests(), 0u);
  EXPECT_EQ(c.auth(), file);
}

void somebody_refreshed(contract& c) {
  auto grant = c.log_in();
  c.start();
  c.status();
  auto file = c.auth();
  auto newer = c.authority.issue("alice");
  file["tokens"]["access_token"] = newer.access_token.reveal();
  file["tokens"]["refresh_token"] = newer.refresh_token.reveal();
  c.write(file);
  EXPECT_EQ(c.refresh(), with_token(newer.access_token));
  EXPECT_EQ(c.requests(), 0u);
}

/// A refresh whose save fails: `prevent` is called once the authority has the request. Gives the new access token,
/// which only the broker has.
template <class Prevent>
std::string refresh_unsaved(contract& c, const fake::grant& grant, Prevent prevent) {
  c.variables["BREAKWATER_BACKOFF_MIN"] = "20ms";
  c.variables["BREAKWATER_FRESH_WINDOW"] = "0s";
  c.authority.script({.delay = 1s});
  c.start();
  auto before = c.auth_text();
  c.client->say({{"id", 1}, {"method", "getAuthStatus"}, {"params", auth_status(true, true)}});
  EXPECT_TRUE(eventually([&] { return c.requests() == 1; }));
  prevent();
  auto answer = c.client->message()["result"];
  auto token = answer.value("authToken", json{}).is_string() ? answer["authToken"].get<std::string>() : "";
  EXPECT_NE(token, grant.access_token.reveal());
  EXPECT_TRUE(c.authority.is_valid(secret{token}));
  EXPECT_EQ(c.client->ask("breakwater/status")["result"]["health"], "unsaved");
  EXPECT_EQ(c.status(true), with_token(secret{token})) << "the new token is in use";
  EXPECT_EQ(c.refresh(), with_token(secret{token}));
  EXPECT_EQ(c.requests(), 1u) << "nothing is sent while what was issued is not stored";
  EXPECT_EQ(c.auth_text(), before);
  return token;
}

void expect_saved(contract& c, const fake::grant& grant, const std::string& token) {
  EXPECT_TRUE(eventually([&] { return c.auth()["tokens"]["access_token"] == token; }));
  EXPECT_TRUE(c.authority.is_current(secret{c.auth()["tokens"]["refresh_token"].get<std::string>()}));
  EXPECT_TRUE(eventually([&] { return c.refresh()["authToken"] != token; }));
  EXPECT_EQ(c.requests(), 2u);
  EXPECT_TRUE(c.authority.is_alive(grant.family));
}

void locked_for_long(contract& c) {
  auto grant = c.log_in();
  unique_fd lock;
  auto token = refresh_unsaved(c, grant, [&] {
    lock = unique_fd{::open((c.home / "auth.json.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    EXPECT_EQ(::flock(lock.get(), LOCK_EX | LOCK_NB), 0);
  });
  lock.reset();
  expect_saved(c, grant, token);
}

void no_room(contract& c) {
  auto grant = c.log_in();
  auto limit_files = [&](rlim_t bytes) {
    rlimit limit{bytes, RLIM_INFINITY};
    EXPECT_EQ(::prlimit(c.id(), RLIMIT_FSIZE, &limit, nullptr), 0);
  };
  auto token = refresh_unsaved(c, grant, [&] { limit_files(700); });
  limit_files(RLIM_INFINITY);
  expect_saved(c, grant, token);
}

void only_the_date(contract& c) {
  auto grant = c.log_in();
  c.authority.refuse(grant.family, fake::answer::openai_reused);
  c.start();
  EXPECT_EQ(c.refresh(), no_token);
  auto file = c.auth();
  file["last_refresh"] = "2026-11-22T00:00:00Z";
  c.write(file);
  c.poll(20);
  EXPECT_EQ(c.status(true), no_token);
  EXPECT_EQ(c.requests(), 1u);
}

void poison_and_restart(contract& c) {
  auto grant = c.log_in(-1s);
  c.authority.refuse(grant.family, fake::answer::openai_reused);
  c.start();
  EXPECT_EQ(c.refresh(), no_token);
  c.start();
  EXPECT_EQ(c.refresh(), no_token);
  EXPECT_EQ(c.requests(), 1u);
}

void poison_ends(contract& c) {
  auto grant = c.log_in();
  c.authority.refuse(grant.family, fake::answer::openai_reused);
  c.start();
  EXPECT_EQ(c.refresh(), no_token);
  c.client->ask("account/login/start", {{"type", "apiKey"}, {"apiKey", "sk-3"}});
  EXPECT_EQ(c.status(true)["authToken"], "sk-3");
  c.client->ask("account/logout");
  auto next = c.log_in();
  EXPECT_TRUE(eventually([&] { return c.refresh()["authToken"].is_string(); }));
}

void proactive(contract& c) {
  auto grant = c.log_in(-1s);
  c.start();
  EXPECT_TRUE(eventually([&] {
    auto now = c.status(true)["authToken"];
    return now.is_string() && now != grant.access_token.reveal();
  }));
  EXPECT_EQ(c.requests(), 1u);
}

void watched(contract& c) {
  c.log_in();
  c.start();
  c.status();
  auto file = c.auth();
  auto newer = c.authority.issue("alice");
  file["tokens"]["access_token"] = newer.access_token.reveal();
  file["tokens"]["refresh_token"] = newer.refresh_token.reveal();
  c.write(file);
  EXPECT_TRUE(eventually([&] { return c.status(true) == with_token(newer.access_token); }));
}

void changed_in_flight(contract& c) {
  c.log_in();
  c.authority.script({.delay = 400ms});
  c.start();
  c.client->say({{"id", 1}, {"method", "getAuthStatus"}, {"params", auth_status(true, true)}});
  ASSERT_TRUE(eventually([&] { return c.requests() == 1; }));
  auto file = c.auth();
  auto newer = c.authority.issue("alice");
  file["tokens"]["access_token"] = newer.access_token.reveal();
  file["tokens"]["refresh_token"] = newer.refresh_token.reveal();
  c.write(file);
  EXPECT_EQ(c.client->message()["result"], with_token(newer.access_token));
  EXPECT_EQ(c.auth(), file);
  EXPECT_TRUE(c.authority.is_alive(newer.family));
}

} // namespace

std::vector<conversation> conversations_on_refresh() {
  return {
      {14, "the_request_is_json_with_the_known_client_id", request_form},
      {15, "a_request_is_bounded", bounded_request, differs},
      {16, "missing_fields_are_kept", missing_fields_are_kept},
      {16, "an_answer_without_any_token", no_token_at_all, differs},
      {17, "tokens_of_another_account", another_account, differs},
      {18, "error_code_as_an_object", permanent<fake::answer::openai_invalidated>},
      {19, "expired_is_permanent", permanent<fake::answer::openai_expired>},
      {19, "any_401_is_permanent", permanent<fake::answer::unauthorized>},
      {19, "invalid_grant_is_permanent", permanent<fake::answer::invalid_grant>},
      {19, "other_4xx_do_not_storm", transient<fake::answer::invalid_request>, differs},
      {20, "no_refusal_is_an_error", permanent<fake::answer::openai_reused>},
      {21, "back_off_after_503", transient<fake::answer::unavailable>, differs},
      {21, "back_off_after_429", transient<fake::answer::rate_limited>, differs},
      {21, "no_blind_retry_after_500", transient<fake::answer::error_500>, differs},
      {22, "redirects_are_not_followed", transient<fake::answer::redirect>},
      {23, "waiters_share_one_request", concurrent, differs},
      {24, "a_key_needs_no_refresh", api_key_refresh},
      {24, "somebody_else_refreshed", somebody_refreshed},
      {25, "a_file_of_another_account_is_not_adopted", file_of_another_account},
      {27, "tokens_are_kept_while_the_store_is_locked", locked_for_long, differs},
      {27, "tokens_are_kept_while_there_is_no_room", no_room, differs},
      {28, "a_new_date_does_not_end_poison", only_the_date, differs},
      {29, "poison_survives_a_restart", poison_and_restart, differs},
      {30, "poison_ends_with_a_change", poison_ends},
      {31, "an_expired_token_is_refreshed_unasked", proactive},
      {32, "the_file_is_watched", watched, differs},
      {33, "a_file_changed_in_flight_wins", changed_in_flight},
  };
}

} // namespace breakwater::testing
