#pragma once
#include "breakwater/tests/exploration/step.hpp"

namespace breakwater::exploration {

struct search_limits {
  int bound = 1;
  uint64_t states_max = UINT64_MAX;
  /// Depth first, for many states in little memory: without shortest traces.
  bool deep = false;
  /// Only this root; -1: all.
  int root = -1;
  /// Goes on until this guarantee is broken; empty: the first violation ends the search.
  std::string expected;
  /// Goes on after a violation, and prints the shortest trace of each that differs in words.
  bool all = false;
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

struct walk_limits {
  /// Events of all walks together.
  uint64_t events = 0;
  /// Names the first walk; the next ones count up from it.
  uint64_t seed = 1;
  bool only_one = false;
  bool all = false;
  std::string expected;
};

/// Random walks from the roots in turn, with budgets that are never the limit. The trace of a violation names the seed
/// of its walk, and leaves out what it does not need.
search_result walk(const walk_limits&);

void print(const violation&, const std::vector<std::string>& trace);

/// Lets the events happen again, with words.
std::vector<std::string> retell(const root&, const std::vector<event>&);

} // namespace breakwater::exploration
