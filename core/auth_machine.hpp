#pragma once
#include "breakwater/core/auth_settings.hpp"
#include "breakwater/core/auth_state.hpp"
#include "breakwater/core/effects.hpp"

#include <optional>

namespace breakwater {

/// Decides who may refresh, what is sent, what is stored, and who gets which answer. Pure: the same events in the same
/// order give the same effects. Guarantees G1 to G8 of docs/architecture.md are kept here; tests/exploration checks
/// them over every interleaving. What it does within one event is in turn.hpp.
///
/// Its shell performs the returned effects in order and reports every answer as an event. Answers of the store arrive
/// in the order of the requests. Not thread safe: one owner.
class auth_machine {
public:
  /// `life` names this machine: random, not zero, never used by another.
  auth_machine(auth_settings settings, uint64_t life);

  // -- answered from memory: no number, no promise, no effect -------------------------------------------------------

  /// The status if it can be given now; else nullptr, and the caller has to be enrolled with `on_get_status`.
  const auth_status* answer_at_once(const get_status&, instant now) const;
  /// The token if a good one is held; else nullptr, and the caller has to be enrolled with `on_get_token`.
  const bearer* answer_at_once(const get_token&, instant now) const;
  /// The last decisions.
  const history& decisions() const { return state_.history; }
  /// What a new listener is sent first.
  const auth_status& current() const { return state_.status_with_token; }

  // -- asks: `who` is a fresh number, answered exactly once by an effect; times out of bounds are clamped ------------

  effect_list on_get_status(waiter_id who, const get_status&, moment);
  effect_list on_get_token(waiter_id who, const get_token&, moment);
  effect_list on_refresh(waiter_id who, const refresh&, moment);
  effect_list on_reload(waiter_id who, moment);
  effect_list on_login(waiter_id who, const login&, moment);
  effect_list on_logout(waiter_id who, const logout&, moment);
  effect_list on_shutdown(waiter_id who, const shutdown&, moment);

  // -- what happened -------------------------------------------------------------------------------------------------

  /// The first event: reads the store.
  effect_list on_start(moment);
  /// The armed timer fired; an early or a late one does no harm.
  effect_list on_timer(moment);
  /// The watch saw the store change.
  effect_list on_store_changed(moment);
  /// New settings for the same authority or another: ends a misconfigured pause.
  effect_list on_configured(auth_settings, moment);

  effect_list on_loaded(uint64_t op, load_result, moment);
  effect_list on_acquired(uint64_t op, store_outcome, moment);
  effect_list on_intent_written(uint64_t op, store_outcome, moment);
  effect_list on_ledger_written(uint64_t op, store_outcome, moment);
  effect_list on_intent_cleared(uint64_t op, store_outcome, moment);
  effect_list on_committed(uint64_t op, commit_result, moment);
  effect_list on_put(uint64_t op, put_result, moment);
  effect_list on_taken(uint64_t op, take_result, moment);

  effect_list on_answer(uint64_t flight, token_answer, moment);
  /// The provider's new external credential, or why there is none.
  effect_list on_provided(uint64_t flight, failure, credential, moment);
  effect_list on_revoked(const revocation_answer&, moment);

  /// Everything the machine remembers: for pictures and explorations, never for a decision of the shell.
  const auth_state& state() const { return state_; }

private:
  auth_settings settings_;
  auth_state state_;
};

} // namespace breakwater
