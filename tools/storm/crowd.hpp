#pragma once
#include "breakwater/tools/storm/caller.hpp"
#include "breakwater/tools/storm/plan.hpp"

namespace breakwater::storm {

/// How long after the last ask, and one delay of the authority, answers are waited for. Serial callers would take
/// minutes; Breakwater owes every caller an answer, so it gets the time for it.
constexpr std::chrono::milliseconds drain_max_of(policy_kind kind) {
  return std::chrono::milliseconds{kind == policy_kind::breakwater ? 10'000 : 100};
}

/// All callers of one process. Used by one thread.
class crowd {
public:
  /// Spawned, and silent yet. Policy and system outlive the crowd.
  crowd(caf::actor_system&, policy&, const storm_settings&);
  ~crowd() { end(); }
  crowd(const crowd&) = delete;
  crowd& operator=(const crowd&) = delete;

  /// All ask at once; then as planned.
  void begin();
  uint64_t asked() const { return counts_.asked; }
  uint64_t answered() const { return counts_.answered; }
  bool is_answered() const { return asked() == planned_ && answered() == planned_; }
  /// Ends the callers. What they saw; once.
  std::vector<samples> end();

private:
  std::vector<samples> samples_;
  progress_counts counts_;
  std::vector<caller_handle> callers_;
  uint64_t planned_ = 0;
};

} // namespace breakwater::storm
