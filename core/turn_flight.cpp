#include "breakwater/core/ledger.hpp"
#include "breakwater/core/merge.hpp"
#include "breakwater/core/obstacle.hpp"
#include "breakwater/core/refresh_policy.hpp"
#include "breakwater/core/turn.hpp"

#include <algorithm>

namespace breakwater {

bool turn::is_current(flight_phase phase, uint64_t op) const {
  return state_.flight.phase == phase && state_.flight.op == op;
}

void turn::start_flight() {
  state_.flight = {};
  auto& flight = state_.flight;
  flight.id = now_.random | 1; // never zero
  flight.lease_deadline = now_.at + settings_.lease_wait_max;
  if (state_.held.value->method == auth_method::external) {
    flight.phase = flight_phase::calling;
    emit(effects::ask_provider{flight.id, state_.held.value->account});
  } else if (state_.unsaved) {
    ask_store(flight_phase::saving, effects::store_commit{0, *state_.held.value, state_.unsaved->predecessor});
  } else {
    ask_store(flight_phase::acquiring, effects::store_acquire{});
  }
  changed();
}

void turn::acquired(uint64_t op, const store_outcome& outcome) {
  if (!is_current(flight_phase::acquiring, op)) {
    return;
  }
  auto& flight = state_.flight;
  if (outcome.code == ec::none) {
    state_.lease = true;
    ask_store(flight_phase::loading, effects::store_load{});
  } else if (outcome.code != ec::store_busy) {
    conclude(outcome.code, outcome.message);
  } else if (state_.shutting_down) {
    conclude(ec::shutting_down, "the auth actor is shutting down");
  } else if (now_.at >= flight.lease_deadline) {
    conclude(ec::store_busy, outcome.message);
  } else {
    flight.phase = flight_phase::pausing;
    auto pause = next_lease_pause(flight.lease_tries++, now_.random, settings_);
    flight.lease_retry = std::min(now_.at + pause, flight.lease_deadline);
  }
}

void turn::flight_loaded(uint64_t op, const load_result& read) {
  if (is_current(flight_phase::rechecking, op)) {
    rechecked(read);
    return;
  }
  if (!is_current(flight_phase::loading, op))
    return;
  if (read.error.code != ec::none) {
    conclude(ec::store_unreadable, read.error.message);
    return;
  }
  if (state_.held.value->method != auth_method::oauth) { // a logout or another login came first
    conclude(ec::none, {});
    return;
  }
  // Under the lease nobody else can be in flight: whoever wrote an intent is gone, and its token is in doubt.
  auto known = std::move(state_.ledger);
  state_.ledger = read.found.intent ? with_intent(read.found.ledger, *read.found.intent) : read.found.ledger;
  state_.ledger = with_known(std::move(state_.ledger), known);
  auto next = enrich(read.found.credential, state_.skew);
  if (next.method == auth_method::none || !same_account(*state_.held.value, next)) {
    state_.account_moved = true;
    conclude(ec::account_changed, "the store now holds another account, or none; reload to switch to it, or log in");
    return;
  }
  auto stored = hash_of(next.refresh_token);
  if (stored != state_.held.refresh_token && is_condemned(state_.ledger, stored)) {
    if (is_successor(state_.ledger, state_.held.refresh_token, stored) &&
        !is_condemned(state_.ledger, state_.held.refresh_token)) {
      note("restoring", "the store went back to the spent refresh token " + to_string(stored) +
                            "; writing its successor " + to_string(state_.held.refresh_token) + " over it");
      ask_store(flight_phase::restoring, effects::store_commit{0, *state_.held.value, stored});
    } else {
      conclude(ec::store_conflict,
               "the store holds the refresh token " + to_string(stored) + ", which is spent or refused; log in again");
    }
    return;
  }
  auto adopted = materially_changed(*state_.held.value, next);
  if (adopted) {
    hold(std::move(next), true);
    note("adopted", "another program refreshed: generation " + std::to_string(state_.held.number) + ", refresh token " +
                        to_string(state_.held.refresh_token));
  } else {
    apply_ledger();
  }
  proceed_under_lease(adopted);
}

void turn::proceed_under_lease(bool adopted) {
  if (adopted)
    answer_satisfied();
  // Also when the watch adopted it already, while this flight paused for the lease.
  auto due = state_.early && *state_.early <= now_.at;
  if (state_.waiters.empty() && !due) {
    conclude(ec::none, {});
    return;
  }
  if (auto code = obstacle_code(state_, now_.at); code != ec::none) {
    conclude(code, {});
    return;
  }
  auto entry = find_entry(state_.ledger, state_.held.refresh_token);
  auto known = entry ? *entry : ledger_entry{.refresh_token = state_.held.refresh_token};
  auto ruling = rule_on_doubt(known, {state_.held.ends, state_.held.rejections >= 2, seen(known)}, now_, settings_);
  state_.flight.doubtful = state_.doubt;
  write_intent(known, state_.doubt && ruling.by_grace);
}

void turn::write_intent(const ledger_entry& known, bool by_grace) {
  auto& flight = state_.flight;
  flight.sent = state_.held.refresh_token;
  flight.from = state_.held.value;
  flight.before = known;
  auto& entry = entry_of(state_.ledger, flight.sent);
  entry = known;
  if (entry.first_sent == unknown_time)
    entry.first_sent = now_.wall;
  entry.last_sent = now_.wall;
  if (flight.doubtful) {
    ++entry.doubt_tries;
    entry.grace_used = entry.grace_used || by_grace;
  }
  flight.intent_of = flight.id;
  // The note says when the request left: `settle` counts from it. A request that leaves much later would not be
  // covered.
  flight.send_by = now_.at + settings_.settle / 4;
  ask_store(flight_phase::intending,
            effects::store_write_intent{0, {flight.sent, flight.id, now_.wall}, state_.ledger});
}

void turn::intent_written(uint64_t op, const store_outcome& outcome) {
  if (!is_current(flight_phase::intending, op))
    return;
  // Whatever the outcome, the note may be on the disk.
  state_.flight.intent_written = true;
  auto is_late = now_.at > state_.flight.send_by;
  if (outcome.code == ec::none && is_unfenced() && !state_.shutting_down && !is_late) {
    call();
    return;
  }
  if (outcome.code != ec::none) {
    if (state_.flight.doubtful) // a try that was not made does not count
      entry_of(state_.ledger, state_.flight.sent) = state_.flight.before;
    conclude(outcome.code == ec::store_busy ? ec::store_busy : ec::store_unwritable, outcome.message);
  } else if (state_.shutting_down) {
    conclude(ec::shutting_down, "the auth actor is shutting down");
  } else if (is_unfenced()) {
    conclude(ec::store_unwritable, "the store took too long to note that a request is about to be sent");
  } else {
    conclude(ec::none, {}); // a login or logout came first: its waiters have their answer, nothing was sent
  }
}

void turn::call() {
  state_.flight.phase = flight_phase::calling;
  state_.flight.called = now_.at;
  note("flight_started",
       "refresh token " + to_string(state_.flight.sent) + (state_.flight.doubtful ? ", in doubt" : ""));
  emit(effects::call_authority{state_.flight.id, state_.held.value->refresh_token, state_.flight.send_by});
}

void turn::conclude(ec code, std::string message) {
  auto& flight = state_.flight;
  if (code == ec::none) {
    answer_satisfied();
  } else {
    if (message.empty()) {
      auto why = explain_obstacle(code, state_, now_);
      tell(why.error, why.retry_after);
    } else {
      if (code != ec::shutting_down)
        set_pause(code, next_backoff(++state_.failures, now_.random, settings_), message);
      auto why = explain_obstacle(code, state_, now_);
      tell(why.error, why.retry_after);
      note("flight_ended", to_string(code) + ": " + message);
    }
  }
  flight.told = true;
  // An intent that led to no request is taken back, unless the token was in doubt before.
  if (flight.intent_written && !flight.doubtful)
    ask_store(flight_phase::clearing, effects::store_clear_intent{0, flight.intent_of});
  else
    end_flight();
}

void turn::note_fate(bool intent_settled, failure outcome) {
  auto& flight = state_.flight;
  flight.intent_settled = intent_settled;
  flight.outcome = std::move(outcome);
  ask_store(flight_phase::noting, effects::store_write_ledger{0, state_.ledger});
}

void turn::ledger_written(uint64_t op, const store_outcome& outcome) {
  if (!is_current(flight_phase::noting, op))
    return;
  auto& flight = state_.flight;
  if (outcome.code != ec::none)
    note("note_failed", outcome.message + "; the intent stays", true);
  if (!std::exchange(flight.told, true)) {
    if (flight.outcome.code != ec::none) // none: another credential is held now; what follows the flight answers
      tell(flight.outcome);
    changed();
  }
  if (outcome.code == ec::none && flight.intent_settled)
    ask_store(flight_phase::clearing, effects::store_clear_intent{0, flight.intent_of});
  else
    end_flight();
}

void turn::intent_cleared(uint64_t op) {
  if (is_current(flight_phase::clearing, op))
    end_flight();
}

void turn::end_flight() {
  state_.flight = {};
  if (!state_.unsaved && std::exchange(state_.lease, false))
    emit(effects::store_release{});
  changed();
  pump();
  end_shutdown_if_quiet();
}

} // namespace breakwater
