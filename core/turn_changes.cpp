#include "breakwater/core/ledger.hpp"
#include "breakwater/core/merge.hpp"
#include "breakwater/core/obstacle.hpp"
#include "breakwater/core/refresh_policy.hpp"
#include "breakwater/core/turn.hpp"

#include <algorithm>

namespace breakwater {

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
    if (!state_.lease && is_condemned(state_.ledger, state_.held.refresh_token))
      apply_ledger(); // another process had the verdict
    return control_outcome::unchanged;
  }
  auto over_another = held.method != auth_method::none && token != state_.held.refresh_token;
  if (over_another && (is_condemned(state_.ledger, token) || is_condemned(found.ledger, token)))
    return control_outcome::unchanged;
  drop_unsaved(next);
  hold(std::move(next), true);
  return control_outcome::changed;
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
