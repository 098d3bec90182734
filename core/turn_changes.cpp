#include "breakwater/core/ledger.hpp"
#include "breakwater/core/merge.hpp"
#include "breakwater/core/obstacle.hpp"
#include "breakwater/core/refresh_policy.hpp"
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

void turn::hold(credential next, bool fresh) {
  auto& held = state_.held;
  auto material = materially_changed(*held.value, next);
  held.value = std::make_shared<const credential>(std::move(next));
  held.refresh_token = hash_of(held.value->refresh_token);
  held.ends =
      held.value->expires_at == unknown_time ? std::nullopt : std::optional{to_instant(held.value->expires_at, now_)};
  held.life = life_of(*held.value);
  held.since = now_.at;
  held.fresh = fresh;
  if (material) {
    ++held.number;
    held.rejections = 0;
    state_.poison = {};
    state_.trouble = {};
    state_.pause = {};
    state_.failures = 0;
    publish_ = true;
  }
  state_.account_moved = false;
  apply_ledger();
  plan_early();
  changed();
}

void turn::apply_ledger() {
  state_.doubt = false;
  state_.doubt_ends.reset();
  if (state_.held.value->method != auth_method::oauth || state_.held.refresh_token.empty())
    return;
  auto entry = find_entry(state_.ledger, state_.held.refresh_token);
  if (!entry)
    return;
  if (entry->fate == token_fate::refused && entry->access_token == hash_of(state_.held.value->access_token)) {
    state_.poison = {ec::refresh_refused, entry->reason, entry->message, entry->last_sent};
  } else if (entry->fate == token_fate::in_doubt) {
    state_.doubt = true;
    auto rejected = state_.held.rejections >= 2;
    state_.doubt_ends = rule_on_doubt(*entry, {state_.held.ends, rejected, seen(*entry)}, now_, settings_).try_at;
    auto nothing_to_lose = rejected || is_expired(state_, now_.at);
    if (entry->doubt_tries >= settings_.doubt_tries_max && nothing_to_lose)
      state_.poison = {ec::refresh_refused, refusal::unknown,
                       "no verdict in " + std::to_string(entry->doubt_tries) + " tries", entry->last_sent};
  } else if (entry->fate == token_fate::sent && entry->next_try > now_.wall) {
    // A date far ahead is a clock that was set: the pause is as long as it was meant, and never longer than any is.
    auto until = next_try_at(*entry, sent_at(*entry, seen(*entry), now_));
    until = std::min(until, now_.at + settings_.retry_after_max);
    state_.pause = {ec::unavailable, until};
  }
  changed();
}

instant turn::seen(const ledger_entry& entry) {
  auto& noted = state_.noted;
  if (noted.refresh_token != entry.refresh_token || noted.last_sent != entry.last_sent)
    noted = {entry.refresh_token, entry.last_sent, now_.at};
  return noted.at;
}

void turn::plan_early() {
  const auto& held = state_.held;
  state_.early.reset();
  if (held.value->method == auth_method::external ? held.value->access_token.empty() : held.refresh_token.empty())
    return;
  if (held.ends)
    state_.early = early_instant(*held.ends, held.life, now_.random, settings_);
  else if (held.value->refreshed_at != unknown_time)
    state_.early = to_instant(held.value->refreshed_at, now_) + settings_.age_max;
}

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

turn::control_outcome turn::consider(const stored& found, bool may_switch) {
  auto next = enrich(found.credential, state_.skew);
  auto& held = *state_.held.value;
  auto token = hash_of(next.refresh_token);
  if (!state_.lease)
    state_.ledger = with_known(found.ledger, state_.ledger);
  if (held.method == auth_method::external && !may_switch)
    return control_outcome::unchanged;
  if (state_.unsaved && (!may_switch || token == state_.unsaved->predecessor || token == state_.held.refresh_token))
    return control_outcome::unchanged;
  if (next.method == auth_method::none) {
    if (held.method == auth_method::none)
      return control_outcome::unchanged;
    state_.account_moved = true;
    if (!may_switch)
      return control_outcome::unchanged;
    drop_unsaved({});
    hold({}, true);
    return control_outcome::gone;
  }
  if (held.method != auth_method::none && !same_account(held, next) && !may_switch) {
    state_.account_moved = true;
    return control_outcome::unchanged;
  }
  if (!materially_changed(held, next)) {
    state_.account_moved = false;
    return control_outcome::unchanged;
  }
  auto over_another = held.method != auth_method::none && token != state_.held.refresh_token;
  if (over_another && (is_condemned(state_.ledger, token) || is_condemned(found.ledger, token)))
    return control_outcome::unchanged;
  drop_unsaved(next);
  hold(std::move(next), true);
  return control_outcome::changed;
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
  if (readable && (state_.pause.code == ec::store_unreadable || state_.pause.code == ec::store_unwritable ||
                   (state_.pause.code == ec::account_changed && !state_.account_moved)))
    state_.pause = {};
  if (readable && (state_.trouble.code == ec::store_unreadable ||
                   (state_.trouble.code == ec::account_changed && !state_.account_moved)))
    state_.trouble = {};          // what was wrong with the store is over, though it holds nothing new
  if (readable && state_.unsaved) // what kept us from writing may be over, too: its pause can be minutes long
    state_.unsaved->next_try = std::min(state_.unsaved->next_try, now_.at + settings_.look_pause);
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

void turn::drop_unsaved(const credential& replacement) {
  if (!state_.unsaved)
    return;
  note("dropped", "the unsaved refresh token " + to_string(state_.held.refresh_token) + " was replaced");
  discard(*state_.held.value, replacement);
  state_.unsaved.reset();
  if (state_.flight.phase == flight_phase::idle && std::exchange(state_.lease, false))
    emit(effects::store_release{});
}

void turn::discard(const credential& issued, const credential& replacement) {
  auto gone = replacement.method == auth_method::none;
  auto may_share_grant =
      !gone && (same_account(issued, replacement) || (replacement.method == auth_method::oauth &&
                                                      (issued.account.id.empty() || replacement.account.id.empty())));
  if (may_share_grant)
    note("dropped", "an issued token was replaced meanwhile; it is not revoked, since that could end the grant of "
                    "the one that replaced it");
  else if (settings_.can_revoke)
    revoke(issued);
}

bool turn::revoke(const credential& of) {
  if (of.method != auth_method::oauth)
    return false;
  if (!of.refresh_token.empty())
    emit(effects::revoke_token{of.refresh_token, token_kind::refresh_token});
  else if (!of.access_token.empty())
    emit(effects::revoke_token{of.access_token, token_kind::access_token});
  else
    return false;
  return true;
}

} // namespace breakwater
