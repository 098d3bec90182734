#pragma once
#include "breakwater/tests/exploration/events.hpp"

#include <optional>
#include <string>
#include <vector>

namespace breakwater::exploration {

/// A broken guarantee: its name, as in docs/architecture.md, and what happened.
struct violation {
  std::string guarantee;
  std::string what;
};

/// Lets one event happen: the world changes, the machine concerned is told and its effects are carried out, and the
/// oracle watches. With `story`, what the event led to is appended to it, a line for each effect.
std::optional<violation> happen(world&, event, std::vector<std::string>* story = nullptr);

/// The worlds that the exploration begins with: what is stored, who runs, and the budgets.
struct root {
  std::string name;
  world begin;
};

/// `bound`: 0 for a short run, 1 for the ordinary one, 2 for the deep one.
std::vector<root> make_roots(int bound);

} // namespace breakwater::exploration
