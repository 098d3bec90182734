#pragma once
#include "breakwater/tests/exploration/step.hpp"

namespace breakwater::exploration {

struct search_limits {
  int bound = 1;
  uint64_t states_max = UINT64_MAX;
  /// Depth first, for many states in little memory: without shortest traces.
  bool deep = false;
  /// Prints progress.
  bool chatty = true;
};

struct search_result {
  /// Worlds told apart by the search: budgets left count.
  uint64_t states = 0;
  /// Worlds that differ in more than their budgets. Not counted by a deep search.
  uint64_t distinct = 0;
  uint64_t events = 0;
  size_t depth = 0;
  /// Every world within the bound was seen.
  bool complete = false;
  std::optional<violation> broken;
  /// The shortest way there: the root, and the events with what they led to.
  std::vector<std::string> trace;
  double seconds = 0;
};

/// Every interleaving from every root, within the budgets.
search_result explore(const search_limits&);

/// Random walks: `events` in all, from the roots in turn with large budgets. The seed of a walk that finds something is in
/// the trace's first line; with `only_seed`, just that walk.
search_result walk(uint64_t events, uint64_t seed, bool only_this_walk);

/// Lets the events happen again, with words.
std::vector<std::string> retell(const root&, const std::vector<event>&);

} // namespace breakwater::exploration
