#include "breakwater/core/ledger.hpp"
#include "breakwater/core/merge.hpp"
#include "breakwater/core/obstacle.hpp"
#include "breakwater/core/refresh_policy.hpp"
#include "breakwater/core/turn.hpp"

#include <algorithm>

namespace breakwater {

void turn::record_spent(const token_hash& sent, const token_hash& successor) {
  auto& entry = entry_of(state_.ledger, sent);
  if (successor == sent || successor.empty()) {
    // The authority does not rotate: the token lives on with a clean record.
    std::erase_if(state_.ledger, [&](const ledger_entry& e) { return e.refresh_token == sent; });
    return;
  }
  entry.fate = token_fate::spent;
  entry.successor = successor;
  entry.next_try = unknown_time;
}

void turn::issued(const token_answer& answer) {
  auto& flight = state_.flight;
  auto merged = merge(*flight.from, answer, answer_given(), state_.skew);
  if (!merged) {
    refused(refusal::other_account, "the authority answered with tokens of another account; nothing of it is kept");
    return;
  }
  flight.issued = std::make_shared<const credential>(std::move(*merged));
  if (!is_unfenced()) {
    record_spent(flight.sent, hash_of(flight.issued->refresh_token));
    discard(*flight.issued, *state_.held.value);
    note_fate(true, {});
    return;
  }
  ask_store(flight_phase::committing, effects::store_commit{0, *flight.issued, flight.sent});
}

void turn::committed(uint64_t op, const commit_result& result) {
  if (is_current(flight_phase::restoring, op))
    restore_ended(result);
  else if (is_current(flight_phase::committing, op))
    commit_ended(result);
  else if (is_current(flight_phase::saving, op))
    save_ended(result);
}

void turn::restore_ended(const commit_result& result) {
  if (result.outcome == commit_outcome::saved) {
    apply_ledger(); // our own token may be in doubt
    proceed_under_lease(false);
  } else if (result.outcome == commit_outcome::conflict)
    conclude(ec::store_conflict, "the store changed while it was being repaired");
  else
    conclude(ec::store_unwritable, result.error.message);
}

void turn::commit_ended(const commit_result& result) {
  if (result.outcome == commit_outcome::saved && !result.error.message.empty())
    note("stored", result.error.message);
  if (result.outcome == commit_outcome::saved)
    adopt_issued();
  else if (result.outcome == commit_outcome::failed)
    keep_unsaved(result.error);
  else
    ask_store(flight_phase::rechecking, effects::store_load{});
}

void turn::save_ended(const commit_result& result) {
  auto& flight = state_.flight;
  if (!state_.unsaved) { // a login or logout replaced it meanwhile
    end_flight();
  } else if (result.outcome == commit_outcome::saved) {
    saved_at_last();
  } else if (result.outcome == commit_outcome::failed) {
    auto& unsaved = *state_.unsaved;
    auto pause = next_backoff(++unsaved.failures, now_.random, settings_);
    if (state_.shutting_down) { // the end is near: at least once a second, and more often the nearer it is
      auto half = std::max<span>((state_.shutdown_deadline - now_.at) / 2, settings_.backoff_min / 10);
      pause = std::min<span>({pause, half, settings_.backoff_min});
    }
    unsaved.next_try = now_.at + pause;
    unsaved.why.message = result.error.message;
    changed();
    auto why = explain_obstacle(ec::store_unwritable, state_, now_);
    tell(why.error, why.retry_after);
    end_flight();
  } else {
    flight.issued = state_.held.value;
    flight.sent = state_.unsaved->predecessor;
    flight.intent_of = state_.unsaved->flight;
    ask_store(flight_phase::rechecking, effects::store_load{});
  }
}

void turn::adopt_issued() {
  auto& flight = state_.flight;
  auto issued = flight.issued;
  auto identical = !materially_changed(*flight.from, *issued);
  record_spent(flight.sent, hash_of(issued->refresh_token));
  if (!is_unfenced() && !same_account(*state_.held.value, *issued)) {
    // A login replaced it in memory, and another program put it back: the waiters want something else.
    note_fate(true, {});
    return;
  }
  hold(*issued, true);
  state_.failures = 0;
  state_.trouble = {};
  state_.pause = {};
  note("issued", "generation " + std::to_string(state_.held.number) + ", refresh token " +
                     to_string(state_.held.refresh_token) + ", saved");
  if (identical && state_.early)
    state_.early = std::max(*state_.early, now_.at + settings_.early_window);
  if (is_expired(state_, now_.at)) {
    set_pause(ec::unavailable, next_backoff(++state_.failures, now_.random, settings_),
              "the authority issued an access token that is already over");
    auto why = explain_obstacle(ec::unavailable, state_, now_);
    tell(why.error, why.retry_after);
  } else {
    tell_success();
  }
  note_fate(true, {});
}

void turn::keep_unsaved(const failure& why) {
  auto& flight = state_.flight;
  if (!is_unfenced()) {
    record_spent(flight.sent, hash_of(flight.issued->refresh_token));
    discard(*flight.issued, *state_.held.value);
    note_fate(true, {});
    return;
  }
  auto issued = flight.issued;
  auto predecessor = flight.sent;
  hold(*issued, true);
  state_.unsaved = unsaved_credential{predecessor,
                                      flight.intent_of,
                                      now_.at + next_backoff(1, now_.random, settings_),
                                      1,
                                      {ec::store_unwritable, refusal::none, why.message, now_.wall}};
  changed();
  note("unsaved",
       "the issued refresh token " + to_string(state_.held.refresh_token) + " is not stored: " + why.message +
           "; it stays in use, and the write is tried again",
       true);
  if (is_expired(state_, now_.at)) { // the store took longer to fail than the token lives
    auto told = explain_obstacle(ec::store_unwritable, state_, now_);
    tell(told.error, told.retry_after);
  } else {
    tell_success();
  }
  end_flight();
}

void turn::saved_at_last() {
  auto& flight = state_.flight;
  flight.intent_of = state_.unsaved->flight;
  flight.intent_written = true;
  record_spent(state_.unsaved->predecessor, state_.held.refresh_token);
  state_.unsaved.reset();
  state_.trouble = {};
  note("saved", "the refresh token " + to_string(state_.held.refresh_token) + " is stored now");
  changed();
  answer_satisfied();
  flight.told = true;
  note_fate(true, {});
}

void turn::rechecked_after_conflict(const load_result& read) {
  auto& flight = state_.flight;
  record_spent(flight.sent, hash_of(flight.issued->refresh_token));
  auto dropped = flight.issued;
  state_.unsaved.reset();
  if (read.error.code != ec::none) {
    note("dropped", "the issued refresh token has no place: " + read.error.message, true);
    note_fate(true, {ec::store_unreadable, read.error.message});
    return;
  }
  auto next = enrich(read.found.credential, state_.skew);
  auto stored = hash_of(next.refresh_token);
  auto in_use = !materially_changed(*state_.held.value, *dropped);
  if (in_use && next.method != auth_method::none && !same_account(*dropped, next))
    note("dropped",
         "the store holds another account now; the unsaved token stays in use until it ends or a reload, and "
         "is not revoked");
  else
    discard(*dropped, next);
  if (next.method == auth_method::none || !same_account(*dropped, next)) {
    state_.account_moved = !materially_changed(*state_.held.value, *dropped) || is_unfenced();
    note_fate(true,
              {ec::account_changed, "logged out, or logged in to another account, while the request was under way"});
  } else if (is_condemned(state_.ledger, stored) || is_condemned(read.found.ledger, stored)) {
    note_fate(true, {ec::store_conflict, "the store holds the refresh token " + to_string(stored) +
                                             ", which is spent or refused; log in again"});
  } else {
    if (same_account(*state_.held.value, next) && materially_changed(*state_.held.value, next))
      hold(std::move(next), true);
    note("adopted", "the store was changed while the request was under way, and wins: generation " +
                        std::to_string(state_.held.number));
    answer_satisfied();
    note_fate(true, {ec::unavailable, "the credential was replaced by another program; ask again"});
  }
}

} // namespace breakwater
