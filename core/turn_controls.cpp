#include "breakwater/core/ledger.hpp"
#include "breakwater/core/merge.hpp"
#include "breakwater/core/turn.hpp"

#include <algorithm>

namespace breakwater {

namespace {

std::string digits_of(uint64_t random) {
  std::string out;
  for (int i = 0; i < 16; ++i, random >>= 4)
    out += "0123456789abcdef"[random & 15];
  return out;
}

std::string problem_of_login(const credential& c) {
  switch (c.method) {
  case auth_method::none:
    return "a login needs a method: api_key, oauth or external";
  case auth_method::api_key:
    return c.api_key.empty() ? "a login with an API key needs the key" : "";
  case auth_method::oauth:
    return c.access_token.empty() && c.refresh_token.empty() ? "an OAuth login needs an access or refresh token" : "";
  case auth_method::external:
    return c.access_token.empty() ? "an external login needs an access token" : "";
  }
  return "the login names no known method";
}

} // namespace

void turn::start() {
  state_.controls.push_back({next_op(), control_kind::start});
  emit(effects::store_load{state_.last_op});
  rebuild_answers();
}

void turn::look() {
  for (auto& op : state_.controls)
    if (op.kind == control_kind::look) {
      state_.look_again = true;
      return;
    }
  state_.looked = true;
  state_.last_look = now_.at;
  state_.controls.push_back({next_op(), control_kind::look});
  emit(effects::store_load{state_.last_op});
}

void turn::reload(waiter_id who) {
  state_.controls.push_back({next_op(), control_kind::reload, who});
  emit(effects::store_load{state_.last_op});
}

void turn::login(waiter_id who, const credential& given) {
  if (auto problem = problem_of_login(given); !problem.empty()) {
    reply_to(who, refused_request{{ec::invalid_request, problem}});
    return;
  }
  auto next = given;
  if (next.refreshed_at == unknown_time)
    next.refreshed_at = now_.wall;
  if (next.account.id.empty() && next.login_id.empty() && next.method == auth_method::oauth)
    next.login_id = "login-" + digits_of(now_.random);
  next = enrich(std::move(next), state_.skew);
  if (next.method == auth_method::external) {
    // Another program keeps it; ours is only the copy in memory.
    drop_unsaved(next);
    hold(std::move(next), true);
    note("login", "external token of generation " + std::to_string(state_.held.number));
    rebuild_answers();
    reply_to(who, state_.status_without_token);
    answer_satisfied();
    return;
  }
  state_.controls.push_back({next_op(), control_kind::login, who});
  emit(effects::store_put{state_.last_op, std::move(next)});
}

void turn::logout(waiter_id who, bool revoke) {
  state_.controls.push_back({next_op(), control_kind::logout, who, revoke});
  emit(effects::store_take{state_.last_op});
}

void turn::configured() {
  if (state_.pause.code == ec::misconfigured)
    state_.pause = {};
  note("configured", "new settings of the authority");
  apply_ledger();
  plan_early();
  changed();
  pump();
}

namespace {

std::optional<control_op> take_control(std::vector<control_op>& all, uint64_t op) {
  auto at = std::find_if(all.begin(), all.end(), [&](const control_op& c) { return c.op == op; });
  if (at == all.end())
    return std::nullopt;
  auto found = *at;
  all.erase(at);
  return found;
}

} // namespace

void turn::store_is_readable() {
  auto is_over = [this](ec code) {
    return code == ec::store_unreadable || (code == ec::account_changed && !state_.account_moved);
  };
  if (is_over(state_.pause.code) || state_.pause.code == ec::store_unwritable)
    state_.pause = {};
  if (is_over(state_.trouble.code))
    state_.trouble = {};
  if (state_.unsaved) // what kept us from writing may be over, too: its pause can be minutes long
    state_.unsaved->next_try = std::min(state_.unsaved->next_try, now_.at + settings_.look_pause);
}

bool turn::control_loaded(uint64_t op, const load_result& read) {
  auto control = take_control(state_.controls, op);
  if (!control)
    return false;
  auto readable = read.error.code == ec::none;
  auto first = control->kind == control_kind::start;
  auto was_started = std::exchange(state_.started, true);
  auto before = state_.held.number;
  auto outcome = control_outcome::unchanged;
  if (readable)
    outcome = consider(read.found, first || control->kind == control_kind::reload);
  else
    set_trouble(ec::store_unreadable, read.error.message);
  if (readable)
    store_is_readable();
  if (!was_started) { // what was stored before we began is not news, not even for who asked before it was read
    state_.held.fresh = false;
    state_.waiters.see(before, state_.held.number);
  }
  if (outcome != control_outcome::unchanged)
    note(outcome == control_outcome::gone ? "logged_out" : "adopted",
         "the store holds generation " + std::to_string(state_.held.number) + ", refresh token " +
             to_string(state_.held.refresh_token));
  changed();
  if (control->kind == control_kind::reload) {
    if (!readable)
      reply_to(control->who, refused_request{read.error});
    else
      reply_to(control->who, outcome == control_outcome::gone                 ? reload_outcome::logged_out
                             : outcome == control_outcome::changed            ? reload_outcome::changed
                             : state_.held.value->method == auth_method::none ? reload_outcome::logged_out
                                                                              : reload_outcome::unchanged);
  }
  answer_satisfied();
  pump();
  // After those who wait were told: changes without end must not keep them waiting.
  if (control->kind == control_kind::look && std::exchange(state_.look_again, false))
    look();
  end_shutdown_if_quiet();
  return true;
}

void turn::login_stored(uint64_t op, const put_result& put) {
  auto control = take_control(state_.controls, op);
  if (!control)
    return;
  if (put.error.code != ec::none) {
    note("login_failed", put.error.message);
    reply_to(control->who, refused_request{put.error});
  } else {
    if (!put.error.message.empty())
      note("stored", put.error.message);
    auto next = enrich(put.found.credential, state_.skew);
    drop_unsaved(next);
    if (!state_.lease)
      state_.ledger = with_known(put.found.ledger, state_.ledger);
    hold(std::move(next), true);
    note("login", to_string(state_.held.value->method) + ", generation " + std::to_string(state_.held.number) +
                      ", refresh token " + to_string(state_.held.refresh_token));
    rebuild_answers();
    reply_to(control->who, state_.status_without_token);
    answer_satisfied();
  }
  pump();
  end_shutdown_if_quiet();
}

void turn::logout_taken(uint64_t op, const take_result& taken) {
  auto control = take_control(state_.controls, op);
  if (!control)
    return;
  if (taken.error.code != ec::none) {
    note("logout_failed", taken.error.message);
    reply_to(control->who, refused_request{taken.error});
  } else {
    auto before = state_.held.value;
    logout_outcome outcome;
    outcome.was_logged_in = before->method != auth_method::none || taken.erased.method != auth_method::none;
    if (control->revoke && settings_.can_revoke) {
      outcome.revoking = revoke(taken.erased);
      if (!state_.unsaved && materially_changed(*before, taken.erased))
        outcome.revoking = revoke(*before) || outcome.revoking;
    }
    drop_unsaved({});
    hold({}, true);
    note("logout", outcome.revoking ? "erased; revoking in the background" : "erased");
    reply_to(control->who, outcome);
    tell({ec::logged_out, "logged out meanwhile; log in"});
  }
  pump();
  end_shutdown_if_quiet();
}

} // namespace breakwater
