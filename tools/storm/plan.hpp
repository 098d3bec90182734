#pragma once
#include "breakwater/tools/storm/caller.hpp"

namespace breakwater::storm {

/// What the callers ask for.
enum class ask_mix : uint8_t {
  mixed,  ///< nine of ten poll the status and force a refresh, one of ten wants a token and has a valid one
  status, ///< all poll the status and force a refresh
  token,  ///< all want a token, and the one they have has expired
};

/// How a storm is to be.
struct storm_settings {
  size_t callers = 200;
  /// How long each caller goes on asking.
  std::chrono::milliseconds time{400};
  /// Asks of each caller in a second.
  double rate = 5;
  ask_mix mix = ask_mix::mixed;
  /// How long the authority takes for an answer.
  std::chrono::milliseconds delay{50};
  uint64_t seed = 1;
};

/// Everybody asks at once, then each at the rate, somewhat scattered. The same settings give the same plans.
std::vector<caller_plan> make_plans(const storm_settings&);

} // namespace breakwater::storm
