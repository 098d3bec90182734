#pragma once
#include <chrono>
#include <cstdint>

namespace breakwater {

/// The clock that waits are measured with: it runs through suspend and never jumps (CLOCK_BOOTTIME). It has no
/// `now()`: whoever needs the time is given it.
struct boot_clock {
  using rep = int64_t;
  using period = std::nano;
  using duration = std::chrono::nanoseconds;
  using time_point = std::chrono::time_point<boot_clock>;
  static constexpr bool is_steady = true;
};

using instant = boot_clock::time_point;
using span = std::chrono::nanoseconds;

/// Wall time, in UTC: for storage, for people, and for what an authority dates. The epoch itself means unknown.
using wall_time = std::chrono::time_point<std::chrono::system_clock, std::chrono::nanoseconds>;
inline constexpr wall_time unknown_time{};

/// All that a decision may know of the outside: both clocks, and one random number of its own.
struct moment {
  instant at;
  wall_time wall;
  uint64_t random = 0;
};

} // namespace breakwater
