#include "breakwater/core/obstacle.hpp"

#include "breakwater/core/ledger.hpp"
#include "breakwater/core/refresh_policy.hpp"

#include <algorithm>

namespace breakwater {

namespace {

bool may_probe(const auth_state& state, instant now) {
  return state.doubt && state.doubt_ends && *state.doubt_ends <= now;
}

std::string in_seconds(std::optional<instant> until, instant now) {
  if (!until || *until <= now)
    return {};
  auto seconds = std::chrono::ceil<std::chrono::seconds>(*until - now).count();
  return "; next try in " + std::to_string(seconds) + " s";
}

std::string said(const status_failure& what) { return what.message.empty() ? std::string{} : ": " + what.message; }

} // namespace

bool is_expired(const auth_state& state, instant now) { return state.held.ends && *state.held.ends <= now; }

bool is_fresh(const auth_settings& settings, const auth_state& state, instant now) {
  if (!state.held.fresh || is_expired(state, now))
    return false;
  span window = settings.fresh_window;
  if (state.held.life)
    window = std::min(window, *state.held.life / 2);
  return now - state.held.since < window;
}

bool look_is_due(const auth_settings& settings, const auth_state& state, instant now) {
  return !state.looked || now - state.last_look >= settings.look_pause;
}

ec obstacle_code(const auth_state& state, instant now) {
  if (state.shutting_down)
    return ec::shutting_down;
  if (state.held.value->method == auth_method::none) // a store that cannot be read may hold a credential
    return state.trouble.code == ec::store_unreadable ? ec::store_unreadable : ec::logged_out;
  if (state.poison.code != ec::none && !may_probe(state, now))
    return ec::refresh_refused;
  if (state.unsaved)
    return now < state.unsaved->next_try ? ec::store_unwritable : ec::none;
  if (state.held.value->method == auth_method::oauth &&
      (state.held.refresh_token.empty() || is_condemned(state.ledger, state.held.refresh_token)))
    return state.account_moved ? ec::account_changed : ec::refresh_refused;
  if (state.pause.code != ec::none && now < state.pause.until)
    return state.pause.code;
  if (state.doubt && !may_probe(state, now))
    return ec::in_doubt;
  return ec::none;
}

refused_request explain_obstacle(ec code, const auth_state& state, const moment& now) {
  std::optional<instant> until;
  std::string message;
  switch (code) {
  case ec::logged_out:
    message = "no credential is held; log in";
    break;
  case ec::shutting_down:
    message = "the auth actor is shutting down";
    break;
  case ec::refresh_refused:
    if (state.poison.code != ec::none)
      message = "the authority refused the refresh token (" + to_string(state.poison.reason) + ")" +
                said(state.poison) + "; log in again";
    else if (state.held.refresh_token.empty())
      message = "the credential has no refresh token; log in again";
    else
      message = "the refresh token " + to_string(state.held.refresh_token) +
                " is known to be spent or refused, and is not sent again; log in again";
    break;
  case ec::account_changed:
    message = "the store now holds another account, or none; reload to switch to it, or log in";
    break;
  case ec::in_doubt:
    until = state.doubt_ends;
    message = "a request with this refresh token was sent and its answer lost: the token may be spent. "
              "The access token stays in use" +
              in_seconds(until, now.at);
    break;
  case ec::store_unwritable:
    until = state.unsaved ? state.unsaved->next_try : state.pause.until;
    message = "the credential cannot be stored" + said(state.unsaved ? state.unsaved->why : state.trouble) +
              in_seconds(until, now.at);
    break;
  default:
    if (state.pause.code == code)
      until = state.pause.until;
    message =
        (state.trouble.message.empty() ? "the last refresh failed" : state.trouble.message) + in_seconds(until, now.at);
  }
  return {{code, std::move(message)}, until ? to_wall(*until, now) : unknown_time};
}

} // namespace breakwater
