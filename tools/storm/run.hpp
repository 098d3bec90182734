#pragma once
#include "breakwater/tools/storm/plan.hpp"
#include "breakwater/tools/storm/policy_kind.hpp"
#include "breakwater/tools/storm/row.hpp"

#include <functional>
#include <optional>
#include <string>

namespace breakwater::storm {

/// How far the storm of one row is.
struct progress {
  uint64_t asked = 0;
  uint64_t answered = 0;
  uint64_t requests = 0;
  duration elapsed{0};
  /// When it ends at the latest.
  duration limit{0};
};

/// Who looks on. Both are called by the thread that runs the storm, every few milliseconds.
struct onlooker {
  std::function<void(const progress&)> show = [](const progress&) {};
  std::function<bool()> interrupted = [] { return false; };
};

struct run_result {
  /// Nothing: it did not come to an end.
  std::optional<row> measured;
  /// Why not; empty: interrupted.
  std::string problem;
};

/// One storm: a fresh authority on loopback, a fresh login, the callers, and what both sides saw. Blocks until it is
/// over.
run_result run_storm(caf::actor_system&, const scenario&, policy_kind, const storm_settings&, const onlooker&);

} // namespace breakwater::storm
