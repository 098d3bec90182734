#include "breakwater/actors/clocks.hpp"

#include <random>

#include <time.h>

namespace breakwater {

namespace {

std::mt19937_64 seeded_engine() {
  std::random_device device;
  std::seed_seq seed{device(), device(), device(), device(), device(), device(), device(), device()};
  return std::mt19937_64{seed};
}

} // namespace

clocks system_clocks() {
  return {
      [] {
        timespec now{};
        clock_gettime(CLOCK_BOOTTIME, &now);
        return instant{std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec}};
      },
      [] { return wall_time{std::chrono::system_clock::now()}; },
      [engine = seeded_engine()]() mutable { return engine(); },
  };
}

} // namespace breakwater
