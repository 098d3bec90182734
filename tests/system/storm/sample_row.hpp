#pragma once
#include "breakwater/tools/storm/row.hpp"

namespace breakwater::storm {

/// A row of Breakwater's without fault.
inline row perfect_row(std::string_view scenario_name) {
  row made;
  made.scenario = find_scenario(scenario_name);
  made.policy = policy_kind::breakwater;
  made.callers = 200;
  made.asked = 400;
  made.requests = 1;
  made.p50 = {std::chrono::microseconds{90}};
  made.p99 = {std::chrono::microseconds{51'250}};
  made.wall = std::chrono::milliseconds{305};
  made.valid_asks = 20;
  made.delay = std::chrono::milliseconds{50};
  made.arrivals = {std::chrono::milliseconds{1}};
  made.latencies = {made.p50, made.p99};
  return made;
}

} // namespace breakwater::storm
