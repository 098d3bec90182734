#pragma once
#include "breakwater/tests/exploration/step.hpp"

/// Judges what the machines do. It knows the world and the effects, what callers are told and what the authority and
/// the store really hold; it never looks into a machine. Its rules are the guarantees G1 to G8 in its own words.
namespace breakwater::exploration {

class oracle {
public:
  explicit oracle(world& w) : w_(w) {}

  const std::optional<violation>& found() const { return found_; }

  /// Before an event: remembers what the process shows, to compare.
  void before(uint8_t who);

  // -- oracle_requests.cpp: G1, G2, G3, revocation -------------------------------------------------------------------
  void requested(uint8_t who, token_id, uint64_t flight);
  /// A request that was decided before its process was stopped leaves only now.
  void left_late(uint8_t who);
  void revoked(uint8_t who, token_id, bool by_logout);
  /// The process learns the authority's verdict.
  void told_issued(uint8_t who, const request_in_air&, token_pair);
  void told_refused(uint8_t who, token_id);
  void told_pause(uint8_t who, token_id, model_time pause, bool misconfigured);
  void told_bare_400(uint8_t who, token_id);
  /// Nobody will be told: the answer was lost, or the sender died.
  void nobody_told(token_id, bool pause_known);

  // -- oracle_answers.cpp: G4, what callers get ----------------------------------------------------------------------
  void answered(uint8_t who, const effects::answer&);
  void published(uint8_t who, const status_fields&);

  // -- oracle_store.cpp: what reaches the disk -----------------------------------------------------------------------
  void writes_credential(uint8_t who, const credential& next, const token_hash* sent);
  void writes_without_lease(uint8_t who, const ledger& next);
  void writes_ledger(uint8_t who, const ledger& next, const intent* note);
  void clears_intent(uint8_t who);

  // -- oracle_states.cpp: what holds after every event ---------------------------------------------------------------
  void after(uint8_t who, event);
  /// A login or logout of this process reached the store: what is still in the air was asked for something else.
  void superseded(uint8_t who);
  /// The process answered its shutdown and goes.
  void ended(uint8_t who);
  /// Its process died or lost the lease: the intent in the store is all that others know of that flight.
  void left_alone(bool alive);
  void family_died(const char* how);

private:
  void complain(const char* guarantee, std::string what) {
    if (!found_)
      found_ = violation{guarantee, std::move(what)};
  }
  process& edit(uint8_t who) { return w_.processes[who].edit(); }
  void pause_untold(token_id);
  bool in_doubt_rule_allows(const process&, const refresh_facts&, token_id, std::string& why_not) const;
  void shown(uint8_t who, const secret& token, const account_info&, bool unsaved_is_told);
  void check_error(const open_waiter&, ec code);
  void reads_do_not_wait(uint8_t who);
  void holding(uint8_t who, bool may_switch);
  void unsaved_is_safe(uint8_t who);
  void at_rest(uint8_t who);
  void superseded_is_revoked(uint8_t who);
  void looked_before_poisoning(uint8_t who, event);
  void store_replaced();

  world& w_;
  std::optional<violation> found_;
  bool switch_was_answered_ = false;
  bool was_started_ = false;
  bool was_poisoned_ = false;
};

} // namespace breakwater::exploration
