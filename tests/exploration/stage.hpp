#pragma once
#include "breakwater/tests/exploration/oracle.hpp"

#include <set>

namespace breakwater::exploration {

/// How the store carries out one operation.
enum class store_mood : uint8_t { works, fails, half_fails };

/// Carries out one event: the model moves, the machine is told, its effects are performed, the oracle watches.
class stage {
public:
  stage(world& w, std::vector<std::string>* story) : w_(w), oracle_(w), story_(story) {}

  std::optional<violation> happen(event);

private:
  process& edit(uint8_t who) { return w_.processes[who].edit(); }
  auth_machine& machine(uint8_t who) { return *edit(who).machine; }
  moment now(uint8_t who) const;
  void tell(std::string line) {
    if (story_)
      story_->push_back("      " + std::move(line));
  }
  void pay(event);
  void dispatch(event);

  // -- stage_process.cpp: callers, people, and the machine's effects -------------------------------------------------
  waiter_id enroll(uint8_t who, question, model_time patience, uint64_t rejected = 0);
  void ask(event);
  void change(event);
  void log_in(uint8_t who, char account);
  void start(uint8_t who);
  void end(uint8_t who);
  void stop_for_now(event);
  void resume(uint8_t who);
  void lose_lease();
  void fire_timer(uint8_t who);
  void pass_time(model_time until);
  void perform(uint8_t who, effect_list);
  void give(uint8_t who, const effects::answer&);

  // -- stage_store.cpp: the modelled store ---------------------------------------------------------------------------
  void store_step(uint8_t who, store_mood);
  void replace_credential(credential next);
  void foreign(event);
  effect_list load(uint8_t who, uint64_t op, store_mood);
  effect_list commit(uint8_t who, const effects::store_commit&, store_mood);
  effect_list put(uint8_t who, const effects::store_put&, store_mood);
  effect_list take(uint8_t who, const effects::store_take&, store_mood);
  store_outcome write_note(uint8_t who, const ledger&, const intent*, store_mood);
  store_outcome clear(uint8_t who, uint64_t flight, store_mood);

  // -- stage_authority.cpp: the modelled authority -------------------------------------------------------------------
  /// A strict authority takes a request: new tokens, or nothing for a refused one. A second use ends the family.
  std::optional<token_pair> exchange(token_id, const char* sender);
  void answer(event);
  std::optional<token_pair> outcome_of(const request_in_air&);
  void ghost_arrives(uint8_t index);
  void request_arrives(uint8_t who);
  void lose(const request_in_air&);
  void revoke(uint8_t who, const effects::revoke_token&, bool by_logout);

  world& w_;
  oracle oracle_;
  std::vector<std::string>* story_;
};

std::string describe(const effect&);

} // namespace breakwater::exploration
