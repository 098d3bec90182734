#include "breakwater/core/ledger.hpp"
#include "breakwater/core/merge.hpp"
#include "breakwater/core/obstacle.hpp"
#include "breakwater/core/refresh_policy.hpp"
#include "breakwater/core/turn.hpp"

#include <algorithm>

namespace breakwater {

namespace {

/// Skew below this is the resolution of `Date` and the way of the answer.
constexpr span skew_min = std::chrono::seconds{3};

std::string describe(const token_answer& answer) {
  if (answer.how != delivery::answered)
    return answer.transport_error;
  auto text = "the authority answered " + std::to_string(answer.status);
  if (!answer.error_code.empty())
    text += " " + answer.error_code;
  if (!answer.error_description.empty())
    text += ": " + answer.error_description;
  return text;
}

} // namespace

void turn::answered(uint64_t flight, const token_answer& answer) {
  if (state_.flight.phase != flight_phase::calling || state_.flight.id != flight)
    return;
  if (answer.date != unknown_time) {
    auto skew = answer.date - now_.wall;
    state_.skew = skew < skew_min && -skew < skew_min ? span{0} : skew;
  }
  state_.flight.judged = judge(answer, settings_.verdicts);
  auto kind = state_.flight.judged.kind;
  note("answered", describe(answer) + " (" + to_string(kind) + ")");
  switch (kind) {
  case verdict_kind::issued:
    issued(answer);
    break;
  case verdict_kind::refused:
    refused(state_.flight.judged.reason, describe(answer));
    break;
  case verdict_kind::unconfirmed:
    unconfirmed(answer);
    break;
  case verdict_kind::misconfigured:
  case verdict_kind::unavailable:
  case verdict_kind::unsent:
    not_spent(answer, kind);
    break;
  case verdict_kind::in_doubt:
    doubted(answer);
    break;
  }
}

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
  auto merged = merge(*flight.from, answer, now_, state_.skew);
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
  if (is_current(flight_phase::restoring, op)) {
    if (result.outcome == commit_outcome::saved)
      proceed_under_lease(false);
    else if (result.outcome == commit_outcome::conflict)
      conclude(ec::store_conflict, "the store changed while it was being repaired");
    else
      conclude(ec::store_unwritable, result.error.message);
  } else if (is_current(flight_phase::committing, op)) {
    if (result.outcome == commit_outcome::saved)
      adopt_issued();
    else if (result.outcome == commit_outcome::failed)
      keep_unsaved(result.error);
    else
      ask_store(flight_phase::rechecking, effects::store_load{});
  } else if (is_current(flight_phase::saving, op)) {
    if (!state_.unsaved) { // replaced meanwhile
      end_flight();
    } else if (result.outcome == commit_outcome::saved) {
      saved_at_last();
    } else if (result.outcome == commit_outcome::failed) {
      auto& unsaved = *state_.unsaved;
      unsaved.next_try = now_.at + next_backoff(++unsaved.failures, now_.random, settings_);
      set_trouble(ec::store_unwritable, result.error.message);
      auto why = explain_obstacle(ec::store_unwritable, state_, now_);
      tell(why.error, why.retry_after);
      state_.flight.told = true;
      end_flight();
    } else {
      auto& flight = state_.flight;
      flight.issued = state_.held.value;
      flight.sent = state_.unsaved->predecessor;
      flight.intent_of = state_.unsaved->flight;
      ask_store(flight_phase::rechecking, effects::store_load{});
    }
  }
}

void turn::adopt_issued() {
  auto& flight = state_.flight;
  auto issued = flight.issued;
  auto identical = !materially_changed(*flight.from, *issued);
  record_spent(flight.sent, hash_of(issued->refresh_token));
  if (is_unfenced() || same_account(*state_.held.value, *issued))
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
  flight.told = true;
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
  state_.unsaved =
      unsaved_credential{predecessor, flight.intent_of, now_.at + next_backoff(1, now_.random, settings_), 1};
  set_trouble(ec::store_unwritable, why.message);
  note("unsaved",
       "the issued refresh token " + to_string(state_.held.refresh_token) + " is not stored: " + why.message +
           "; it stays in use, and the write is tried again",
       true);
  tell_success();
  flight.told = true;
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

void turn::refused(refusal reason, const std::string& message) {
  auto& entry = entry_of(state_.ledger, state_.flight.sent);
  entry.fate = token_fate::refused;
  entry.reason = reason;
  entry.message = message;
  entry.next_try = unknown_time;
  state_.flight.judged = {verdict_kind::refused, reason};
  ask_store(flight_phase::rechecking, effects::store_load{});
}

void turn::rechecked(const load_result& read) {
  if (state_.flight.judged.kind == verdict_kind::refused)
    rechecked_after_refusal(read);
  else
    rechecked_after_conflict(read);
}

void turn::rechecked_after_refusal(const load_result& read) {
  auto& flight = state_.flight;
  if (!is_unfenced()) {
    note_fate(true, {});
    return;
  }
  auto entry = *find_entry(state_.ledger, flight.sent);
  if (read.error.code == ec::none) {
    auto next = enrich(read.found.credential, state_.skew);
    auto stored = hash_of(next.refresh_token);
    if (next.method == auth_method::none || !same_account(*flight.from, next)) {
      state_.account_moved = true;
      note_fate(true, {ec::account_changed, "the store now holds another account, or none; reload to switch to it"});
      return;
    }
    if (stored != flight.sent && !is_condemned(state_.ledger, stored)) {
      hold(std::move(next), true);
      note("adopted",
           "the refused token had been replaced by another program: generation " + std::to_string(state_.held.number));
      answer_satisfied();
      note_fate(true, {ec::unavailable, "the credential was replaced by another program; ask again"});
      return;
    }
  }
  entry_of(state_.ledger, flight.sent).access_token = hash_of(state_.held.value->access_token);
  poison(entry.reason, entry.message);
  note_fate(true, explain_obstacle(ec::refresh_refused, state_, now_).error);
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
  discard(*dropped, next);
  if (next.method == auth_method::none || !same_account(*dropped, next)) {
    state_.account_moved = !materially_changed(*state_.held.value, *dropped) || is_unfenced();
    note_fate(true,
              {ec::account_changed, "logged out, or logged in to another account, while the request was under way"});
  } else if (is_condemned(state_.ledger, stored)) {
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

void turn::poison(refusal reason, std::string message) {
  state_.poison = {ec::refresh_refused, reason, std::move(message), now_.wall};
  state_.doubt = false;
  publish_ = true;
  note("poisoned",
       "refresh token " + to_string(state_.held.refresh_token) + ", " + to_string(reason) + ": " +
           state_.poison.message,
       true);
  changed();
}

void turn::set_pause(ec code, span length, std::string message) {
  state_.pause = {code, now_.at + length};
  set_trouble(code, std::move(message));
}

void turn::not_spent(const token_answer& answer, verdict_kind kind) {
  auto& flight = state_.flight;
  auto& entry = entry_of(state_.ledger, flight.sent);
  auto length = pause_after(answer.retry_after, ++entry.failures, now_.random, settings_);
  auto code = ec::unavailable;
  if (kind == verdict_kind::misconfigured) {
    code = ec::misconfigured;
    length = settings_.misconfigured_pause;
  } else {
    entry.next_try = now_.wall + length;
  }
  entry.fate = flight.doubtful ? token_fate::in_doubt : token_fate::sent;
  if (is_unfenced()) {
    apply_ledger();
    set_pause(code, length, describe(answer));
    auto why = explain_obstacle(code, state_, now_);
    tell(why.error, why.retry_after);
  }
  flight.told = true;
  note_fate(!flight.doubtful, {});
}

void turn::unconfirmed(const token_answer& answer) {
  auto& flight = state_.flight;
  auto& entry = entry_of(state_.ledger, flight.sent);
  if (++entry.confirmations > settings_.confirmations_max) {
    refused(refusal::unknown, describe(answer));
    return;
  }
  not_spent(answer, verdict_kind::unavailable);
}

void turn::doubted(const token_answer& answer) {
  auto& flight = state_.flight;
  auto& entry = entry_of(state_.ledger, flight.sent);
  entry.fate = token_fate::in_doubt;
  auto length = next_backoff(++entry.failures, now_.random, settings_);
  if (entry.doubt_tries >= settings_.doubt_tries_max)
    length = settings_.probe_pause;
  entry.next_try = now_.wall + length;
  if (is_unfenced()) {
    set_trouble(ec::in_doubt, describe(answer));
    apply_ledger();
    auto code = state_.poison.code != ec::none ? ec::refresh_refused : ec::in_doubt;
    auto why = explain_obstacle(code, state_, now_);
    tell(why.error, why.retry_after);
  }
  flight.told = true;
  note_fate(false, {});
}

void turn::provided(uint64_t flight, const failure& why, const credential& given) {
  if (state_.flight.phase != flight_phase::calling || state_.flight.id != flight)
    return;
  const auto& held = *state_.held.value;
  if (held.method != auth_method::external) { // replaced meanwhile
    end_flight();
    return;
  }
  auto next = enrich(given, state_.skew);
  if (why.code == ec::refresh_refused) {
    poison(refusal::unknown, why.message);
    tell(explain_obstacle(ec::refresh_refused, state_, now_).error);
  } else if (why.code != ec::none) {
    conclude(ec::provider_failed, why.message);
    return;
  } else if (next.method != auth_method::external || !same_account(held, next)) {
    conclude(ec::provider_failed, "the provider answered with a token of another account");
    return;
  } else {
    hold(std::move(next), true);
    note("provided", "generation " + std::to_string(state_.held.number));
    tell_success();
  }
  state_.flight.told = true;
  end_flight();
}

void turn::revocation_ended(const revocation_answer& answer) {
  note("revocation", answer.revoked ? "done" : answer.message);
}

} // namespace breakwater
