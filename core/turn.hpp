#pragma once
#include "breakwater/core/auth_settings.hpp"
#include "breakwater/core/auth_state.hpp"

#include <string>
#include <string_view>

/// One event's work on the machine's state: the inside of auth_machine, for core/ only. The members are grouped as the
/// files that hold them.
namespace breakwater {

class turn {
public:
  turn(const auth_settings& settings, auth_state& state, const moment& now)
      : settings_(settings), state_(state), now_(now) {}

  /// Ends the event: renews what is given out, arms the timer, hands over the effects.
  effect_list finish();

  // -- turn_asks.cpp: callers and their answers ----------------------------------------------------------------------
  void admit(waiter, std::chrono::milliseconds wait_max);
  void timer();
  void shut_down(waiter_id who, std::chrono::milliseconds deadline);

  // -- turn_controls.cpp: what is done to the store beside the flight ------------------------------------------------
  void start();
  void look();
  void reload(waiter_id who);
  void login(waiter_id who, const credential&);
  void logout(waiter_id who, bool revoke);
  void configured();
  /// True if the answer belonged to one of the above.
  bool control_loaded(uint64_t op, const load_result&);
  void login_stored(uint64_t op, const put_result&);
  void logout_taken(uint64_t op, const take_result&);

  // -- turn_flight.cpp: from the lease to the request, and the way back ----------------------------------------------
  void acquired(uint64_t op, const store_outcome&);
  void flight_loaded(uint64_t op, const load_result&);
  void intent_written(uint64_t op, const store_outcome&);
  void ledger_written(uint64_t op, const store_outcome&);
  void intent_cleared(uint64_t op);

  // -- turn_verdicts.cpp: what an answer means -----------------------------------------------------------------------
  void answered(uint64_t flight, const token_answer&);
  void provided(uint64_t flight, const failure&, const credential&);
  void revocation_ended(const revocation_answer&);

  // -- turn_issued.cpp: new tokens, until they are durable -----------------------------------------------------------
  void committed(uint64_t op, const commit_result&);

private:
  // asks
  bool satisfies(const waiter&) const;
  /// Answers every waiter that has what it wants.
  void answer_satisfied();
  /// Answers every waiter: with what it wants if that is there, else with this failure.
  void tell(const failure&, wall_time retry_after = unknown_time);
  /// The waiters of the flight that just succeeded: each has what it asked for, or can never get it.
  void tell_success();
  void reply_to(waiter_id who, reply);
  reply reply_for(const waiter&) const;
  reply refusal_for(const waiter&, const failure&, wall_time retry_after) const;
  /// Lets waiters, timers and obstacles decide whether a flight or a look starts. Only while idle.
  void pump();
  std::optional<instant> next_flight_at() const;
  /// Answers `shutdown` once nothing is under way, or once its deadline is over.
  void end_shutdown_if_quiet();
  /// Says loudly which issued token ends with this process, and why.
  void note_lost(const token_hash&);

  // changes
  /// Installs a credential. `fresh`: it is new to the world, not only to us.
  void hold(credential, bool fresh);
  /// Poison, pause and doubt, as the ledger has them for the held token.
  void apply_ledger();
  /// Not later than this the token of the entry was sent: when this note was first seen here.
  instant seen(const ledger_entry&);
  void plan_early();
  /// The unsaved credential gives way to this one, and its lease ends.
  void drop_unsaved(const credential& replacement);
  /// Sends a revocation for an issued credential that nobody will hold, unless its grant may live on in another.
  void discard(const credential& issued, const credential& replacement);
  /// True if a revocation was started.
  bool revoke(const credential&);
  enum class control_outcome : uint8_t { unchanged, changed, gone };
  control_outcome consider(const stored& found, bool may_switch);
  /// What was wrong with the store is over, though it may hold nothing new.
  void store_is_readable();

  // flight
  void start_flight();
  void proceed_under_lease(bool adopted);
  void write_intent(const ledger_entry& known, bool by_grace);
  void call();
  /// Ends a flight that decided before anything was sent.
  void conclude(ec code, std::string message);
  /// Writes the ledger, then clears the intent if `settled`, then ends the flight.
  void note_fate(bool intent_settled, failure outcome);
  void end_flight();
  bool is_current(flight_phase phase, uint64_t op) const;
  uint64_t next_op() { return ++state_.last_op; }
  template <class Effect>
  void ask_store(flight_phase phase, Effect one) {
    state_.flight.phase = phase;
    state_.flight.op = one.op = next_op();
    emit(std::move(one));
  }

  // issued
  void issued(const token_answer&);
  void restore_ended(const commit_result&);
  void commit_ended(const commit_result&);
  void save_ended(const commit_result&);
  void adopt_issued();
  void keep_unsaved(const failure& why);
  void saved_at_last();
  void record_spent(const token_hash& sent, const token_hash& successor);
  void rechecked_after_conflict(const load_result&);

  // verdicts
  void refused(refusal reason, const std::string& message);
  void rechecked(const load_result&);
  void rechecked_after_refusal(const load_result&);
  void not_spent(const token_answer&, verdict_kind kind);
  void doubted(const token_answer&);
  void unconfirmed(const token_answer&);
  void set_pause(ec code, span length, std::string message);
  void poison(refusal reason, std::string message);
  /// The sent token is still the one in memory.
  bool is_unfenced() const { return state_.held.refresh_token == state_.flight.sent; }
  /// When the answer under judgement was given, at the latest; at the earliest if this process stood still meanwhile.
  moment answer_given() const;

  // all
  template <class Effect>
  void emit(Effect one) {
    effects_.emplace_back(std::move(one));
  }
  void note(std::string_view what, std::string detail, bool loud = false);
  void set_trouble(ec code, std::string message, refusal reason = refusal::none);
  std::optional<instant> wake_at() const;
  void rebuild_answers();
  /// What is given out no longer says how things are.
  void changed() { stale_ = true; }

  const auth_settings& settings_;
  auth_state& state_;
  moment now_;
  effect_list effects_;
  bool stale_ = false;
  bool publish_ = false;
};

} // namespace breakwater
