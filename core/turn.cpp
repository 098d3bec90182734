#include "breakwater/core/turn.hpp"

#include "breakwater/core/ledger.hpp"
#include "breakwater/core/obstacle.hpp"
#include "breakwater/core/refresh_policy.hpp"

#include <algorithm>

namespace breakwater {

effect_list turn::finish() {
  if (stale_)
    rebuild_answers();
  if (publish_)
    emit(effects::publish{{state_.status_with_token}});
  auto wish = wake_at();
  if (wish && wish != state_.armed) {
    state_.armed = wish;
    emit(effects::arm_timer{*wish});
  }
  return std::move(effects_);
}

namespace {

auth_health health_of(const auth_state& state, instant now) {
  if (state.poison.code != ec::none)
    return auth_health::poisoned;
  if (state.unsaved)
    return auth_health::unsaved;
  if (state.doubt)
    return auth_health::in_doubt;
  if (state.flight.phase != flight_phase::idle && !state.flight.told)
    return auth_health::refreshing;
  if (state.pause.code != ec::none && now < state.pause.until)
    return state.pause.code == ec::misconfigured ? auth_health::misconfigured : auth_health::backing_off;
  return auth_health::ok;
}

std::optional<instant> next_try_of(const auth_state& state, instant now) {
  if (state.unsaved)
    return state.unsaved->next_try;
  if (state.doubt)
    return state.doubt_ends;
  if (state.poison.code == ec::none && state.pause.code != ec::none && now < state.pause.until)
    return state.pause.until;
  return std::nullopt;
}

} // namespace

void turn::rebuild_answers() {
  const auto& held = *state_.held.value;
  status_fields fields;
  fields.method = held.method;
  fields.account = held.account;
  fields.generation = {state_.life, state_.held.number};
  fields.expires_at = held.expires_at;
  fields.health = health_of(state_, now_.at);
  fields.failure = state_.poison.code != ec::none ? state_.poison
                   : state_.unsaved               ? state_.unsaved->why
                                                  : state_.trouble;
  if (auto at = next_try_of(state_, now_.at))
    fields.retry_after = to_wall(*at, now_);
  state_.status_without_token = auth_status{fields};
  if (state_.poison.code == ec::none)
    fields.token = held.method == auth_method::api_key ? held.api_key : held.access_token;
  state_.token = fields.token.empty()
                     ? bearer{}
                     : bearer{bearer_fields{fields.token, fields.generation, fields.expires_at, fields.account}};
  publish_ = publish_ || !state_.status_with_token || state_.status_with_token->health != fields.health;
  state_.status_with_token = auth_status{std::move(fields)};
  stale_ = false;
}

std::optional<instant> turn::wake_at() const {
  std::optional<instant> earliest;
  auto consider_wish = [&](std::optional<instant> wish) {
    if (wish && (!earliest || *wish < *earliest))
      earliest = wish;
  };
  consider_wish(state_.waiters.next_deadline());
  if (state_.flight.phase == flight_phase::pausing)
    consider_wish(state_.flight.lease_retry);
  if (!state_.shutdown_waiters.empty())
    consider_wish(state_.shutdown_deadline);
  if (state_.flight.phase == flight_phase::idle)
    consider_wish(next_flight_at());
  if (state_.pause.code != ec::none && now_.at < state_.pause.until)
    consider_wish(state_.pause.until);
  return earliest;
}

void turn::note(std::string_view what, std::string detail, bool loud) {
  if (settings_.history_max == 0) { // nothing is kept, but what is loud is said
    if (loud)
      emit(effects::note{{now_.wall, std::string{what}, std::move(detail)}, loud});
    return;
  }
  auto& kept = state_.history.entries;
  if (kept.size() >= settings_.history_max)
    kept.erase(kept.begin());
  kept.push_back({now_.wall, std::string{what}, std::move(detail)});
  emit(effects::note{kept.back(), loud});
}

void turn::set_trouble(ec code, std::string message, refusal reason) {
  state_.trouble = {code, reason, std::move(message), now_.wall};
  changed();
}

} // namespace breakwater
