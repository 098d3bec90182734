#include "breakwater/tools/storm/scenario.hpp"

#include <array>

namespace breakwater::storm {

namespace {

using namespace std::chrono_literals;
using fake::answer;
using fake::behavior;
using fake::fault;

/// As long as Breakwater's defaults call tokens fresh: a forced refresh within it is answered with them.
constexpr auto fresh_window = 10s;
/// Longer than any row by default, so that a second request shows.
constexpr auto retry_after = 30s;
/// Long enough for a person to log in while a request is under way.
constexpr auto login_delay = 150ms;
/// Long enough for a caller that waits to be told from one that does not.
constexpr auto slow_delay = 600ms;

scenario make(std::string_view name, std::string_view about) {
  scenario made;
  made.name = name;
  made.about = about;
  made.right.quiet = fresh_window;
  return made;
}

scenario refused(std::string_view name, std::string_view about, answer with) {
  auto made = make(name, about);
  made.standing.what = with;
  made.right = {1, 0s, survivor::initial, false};
  return made;
}

scenario unavailable() {
  auto made = make("unavailable", "the authority answers 503 with Retry-After: 30");
  made.standing.what = answer::unavailable;
  made.standing.retry_after = retry_after;
  made.right = {1, retry_after, survivor::initial, true};
  return made;
}

scenario lost_answer() {
  auto made = make("lost-answer", "the first refresh is carried out, and its answer is lost");
  made.first = behavior{};
  made.first->then = fault::lost_by_reset;
  made.right = {1, 0s, survivor::initial, true};
  return made;
}

scenario no_refresh_token() {
  auto made = make("no-refresh-token", "the answers carry no refresh token: the old one stays good");
  made.standing.what = answer::no_refresh_token;
  return made;
}

scenario slow_authority() {
  auto made = make("slow-authority", "every answer takes 600 ms or more");
  made.delay_min = slow_delay;
  return made;
}

scenario login_in_flight() {
  auto made = make("login-in-flight", "the user logs in again while a refresh is under way");
  made.beside = incident::login;
  made.delay_min = login_delay;
  return made;
}

scenario other_process() {
  auto made = make("other-process", "another process refreshed first, and stored what it got");
  made.beside = incident::other_process;
  return made;
}

const auto& table() {
  static const std::array all{
      make("rotation", "each refresh gives a new refresh token; an old one used twice ends them all"),
      refused("refused-reused", "the authority says that the refresh token was used before", answer::openai_reused),
      refused("refused-expired", "the authority says that the refresh token has expired", answer::openai_expired),
      refused("refused-revoked", "the authority says that the refresh token was revoked", answer::openai_invalidated),
      unavailable(),
      lost_answer(),
      no_refresh_token(),
      slow_authority(),
      login_in_flight(),
      other_process(),
  };
  return all;
}

} // namespace

std::span<const scenario> scenarios() { return table(); }

const scenario& many_processes() {
  static const auto made =
      make("processes", "several processes share one auth.json, and their callers refresh at once");
  return made;
}

const scenario* find_scenario(std::string_view name) {
  for (const auto& each : table())
    if (each.name == name)
      return &each;
  return nullptr;
}

} // namespace breakwater::storm
