#pragma once
#include "breakwater/messages/time.hpp"

#include <functional>

namespace breakwater {

/// Where the auth actor has its time and its random numbers from. Called on the auth actor's thread only;
/// `boot` on the transport actor's, too.
struct clocks {
  /// Runs through suspend, never jumps.
  std::function<instant()> boot;
  std::function<wall_time()> wall;
  std::function<uint64_t()> random;

  moment now() const { return {boot(), wall(), random()}; }
};

/// CLOCK_BOOTTIME, the system's wall clock, and an engine seeded from the system's random device.
clocks system_clocks();

} // namespace breakwater
