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
  if (answer.date != unknown_time && answer_given().at == now_.at) {
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

moment turn::answer_given() const {
  // No answer is older than the transport's time-out, unless the process was stopped before it read it. Then nobody
  // knows how old it is: what was issued may have ended, and its `Date` tells nothing of our clock.
  auto took = now_.at - state_.flight.called;
  if (took <= settings_.settle / 2)
    return now_;
  return {state_.flight.called, now_.wall - took, now_.random};
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
    if (stored != flight.sent && !is_condemned(state_.ledger, stored) && !is_condemned(read.found.ledger, stored)) {
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
  if (flight.doubtful && entry.doubt_tries > 0 && flight.judged.kind != verdict_kind::unconfirmed)
    --entry.doubt_tries; // this try did not end in doubt: an outage is no sign of a dead token
  if (is_unfenced()) {
    state_.poison = {}; // only a doubt can have poisoned a token that was sent; the ledger says if it still does
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
  end_flight();
}

void turn::revocation_ended(const revocation_answer& answer) {
  note("revocation", answer.revoked ? "done" : answer.message);
}

} // namespace breakwater
