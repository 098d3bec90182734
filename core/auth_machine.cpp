#include "breakwater/core/auth_machine.hpp"

#include "breakwater/core/obstacle.hpp"
#include "breakwater/core/turn.hpp"

#include <algorithm>

namespace breakwater {

namespace {

/// What a caller already has, as a waiter's `seen`.
uint64_t seen_by(const generation& named, const auth_state& state) {
  if (!named)
    return state.held.number;
  return named.life == state.life ? named.number : 0; // of another life: whatever we hold is news
}

/// A time that a caller may name: not negative, longer than anyone waits at most, and short enough to be added to a
/// clock.
std::chrono::milliseconds bounded(std::chrono::milliseconds asked) {
  constexpr std::chrono::milliseconds longest = std::chrono::days{3650};
  return std::clamp(asked, std::chrono::milliseconds{0}, longest);
}

} // namespace

auth_machine::auth_machine(auth_settings settings, uint64_t life) : settings_(std::move(settings)) {
  state_.life = life;
}

const auth_status* auth_machine::answer_at_once(const get_status& ask, instant now) const {
  if (!state_.started)
    return nullptr;
  auto* answer = ask.include_token ? &state_.status_with_token : &state_.status_without_token;
  if (!ask.refresh || state_.held.value->method == auth_method::api_key || is_fresh(settings_, state_, now))
    return answer;
  if (state_.flight.phase != flight_phase::idle || obstacle_code(state_, now) == ec::none ||
      look_is_due(settings_, state_, now) || !state_.controls.empty())
    return nullptr;
  return answer;
}

const bearer* auth_machine::answer_at_once(const get_token& ask, instant now) const {
  if (!state_.started || !state_.token)
    return nullptr;
  if (ask.rejected && ask.rejected == state_.token->generation)
    return nullptr;
  if (state_.held.ends && *state_.held.ends - now <= bounded(ask.min_validity))
    return nullptr;
  return &state_.token;
}

effect_list auth_machine::on_get_status(waiter_id who, const get_status& ask, moment now) {
  turn t{settings_, state_, now};
  if (auto known = answer_at_once(ask, now.at)) {
    effect_list out;
    out.emplace_back(effects::answer{{who}, *known});
    return out;
  }
  waiter w{who};
  if (ask.refresh)
    w.what = ask.include_token ? wanted::refreshed_with_token : wanted::refreshed_status;
  else
    w.what = ask.include_token ? wanted::status_with_token : wanted::status;
  w.seen = state_.held.number;
  t.admit(w, bounded(ask.wait_max));
  return t.finish();
}

effect_list auth_machine::on_get_token(waiter_id who, const get_token& ask, moment now) {
  turn t{settings_, state_, now};
  waiter w{who, wanted::token};
  w.seen = ask.rejected ? seen_by(ask.rejected, state_) : 0;
  w.min_validity = bounded(ask.min_validity);
  t.admit(w, bounded(ask.wait_max));
  return t.finish();
}

effect_list auth_machine::on_refresh(waiter_id who, const refresh& ask, moment now) {
  turn t{settings_, state_, now};
  waiter w{who, wanted::refresh};
  w.seen = !ask.observed && is_fresh(settings_, state_, now.at) ? 0 : seen_by(ask.observed, state_);
  t.admit(w, bounded(ask.wait_max));
  return t.finish();
}

effect_list auth_machine::on_reload(waiter_id who, moment now) {
  turn t{settings_, state_, now};
  t.reload(who);
  return t.finish();
}

effect_list auth_machine::on_login(waiter_id who, const login& ask, moment now) {
  turn t{settings_, state_, now};
  t.login(who, ask.credential);
  return t.finish();
}

effect_list auth_machine::on_logout(waiter_id who, const logout& ask, moment now) {
  turn t{settings_, state_, now};
  t.logout(who, ask.revoke);
  return t.finish();
}

effect_list auth_machine::on_shutdown(waiter_id who, const shutdown& ask, moment now) {
  turn t{settings_, state_, now};
  t.shut_down(who, bounded(ask.deadline));
  return t.finish();
}

effect_list auth_machine::on_start(moment now) {
  turn t{settings_, state_, now};
  t.start();
  return t.finish();
}

effect_list auth_machine::on_timer(moment now) {
  turn t{settings_, state_, now};
  t.timer();
  return t.finish();
}

effect_list auth_machine::on_store_changed(moment now) {
  turn t{settings_, state_, now};
  t.look(); // also before the first answer of the store, which may be older than this change
  return t.finish();
}

effect_list auth_machine::on_configured(auth_settings settings, moment now) {
  settings_ = std::move(settings);
  turn t{settings_, state_, now};
  t.configured();
  return t.finish();
}

effect_list auth_machine::on_loaded(uint64_t op, load_result read, moment now) {
  turn t{settings_, state_, now};
  if (!t.control_loaded(op, read))
    t.flight_loaded(op, read);
  return t.finish();
}

effect_list auth_machine::on_acquired(uint64_t op, store_outcome outcome, moment now) {
  turn t{settings_, state_, now};
  t.acquired(op, outcome);
  return t.finish();
}

effect_list auth_machine::on_intent_written(uint64_t op, store_outcome outcome, moment now) {
  turn t{settings_, state_, now};
  t.intent_written(op, outcome);
  return t.finish();
}

effect_list auth_machine::on_ledger_written(uint64_t op, store_outcome outcome, moment now) {
  turn t{settings_, state_, now};
  t.ledger_written(op, outcome);
  return t.finish();
}

effect_list auth_machine::on_intent_cleared(uint64_t op, store_outcome, moment now) {
  turn t{settings_, state_, now};
  t.intent_cleared(op);
  return t.finish();
}

effect_list auth_machine::on_committed(uint64_t op, commit_result result, moment now) {
  turn t{settings_, state_, now};
  t.committed(op, result);
  return t.finish();
}

effect_list auth_machine::on_put(uint64_t op, put_result result, moment now) {
  turn t{settings_, state_, now};
  t.login_stored(op, result);
  return t.finish();
}

effect_list auth_machine::on_taken(uint64_t op, take_result result, moment now) {
  turn t{settings_, state_, now};
  t.logout_taken(op, result);
  return t.finish();
}

effect_list auth_machine::on_answer(uint64_t flight, token_answer answer, moment now) {
  turn t{settings_, state_, now};
  t.answered(flight, answer);
  return t.finish();
}

effect_list auth_machine::on_provided(uint64_t flight, failure why, credential given, moment now) {
  turn t{settings_, state_, now};
  t.provided(flight, why, given);
  return t.finish();
}

effect_list auth_machine::on_revoked(const revocation_answer& answer, moment now) {
  turn t{settings_, state_, now};
  t.revocation_ended(answer);
  return t.finish();
}

} // namespace breakwater
