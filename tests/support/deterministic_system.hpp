#pragma once
#include "breakwater/actors/clocks.hpp"
#include "breakwater/actors/system_config.hpp"

#include <optional>
#include <utility>

#if BREAKWATER_CAF_0
#include <caf/scheduler/test_coordinator.hpp>
#else
#include <caf/test/fixture/deterministic.hpp>
#include <caf/test/reporter.hpp>
#endif

namespace breakwater::testing {

#if BREAKWATER_CAF_0

/// An actor system without threads, whose time stands still until it is moved: CAF's own testing scheduler and clock,
/// the same on CAF 0.17 and 1.x. One thread uses it.
class deterministic_system {
public:
  deterministic_system();
  deterministic_system(const deterministic_system&) = delete;
  deterministic_system& operator=(const deterministic_system&) = delete;

  caf::actor_system& sys() { return system_; }

  /// Runs actors until no message is left; no timer goes off. Returns the number of messages.
  size_t run();
  /// Moves the clock and lets every timer go off in its turn, then runs.
  void advance(std::chrono::nanoseconds);
  std::chrono::steady_clock::time_point now();

private:
  struct testing_config : system_config {
    testing_config();
  };
  testing_config config_;
  caf::actor_system system_;
  caf::scheduler::test_coordinator& scheduler_;
};

#else

class deterministic_system {
public:
  deterministic_system();
  ~deterministic_system();
  deterministic_system(const deterministic_system&) = delete;
  deterministic_system& operator=(const deterministic_system&) = delete;

  caf::actor_system& sys() { return fixture_->sys; }
  size_t run();
  void advance(std::chrono::nanoseconds);
  std::chrono::steady_clock::time_point now();

private:
  struct registered {
    registered();
  };
  registered first_;
  std::unique_ptr<caf::test::reporter> reporter_; // the fixture throws without one
  std::unique_ptr<caf::test::fixture::deterministic> fixture_;
};

#endif

/// Clocks that follow the system's; the wall clock starts in 2026. Random numbers are the same in every run.
clocks test_clocks(deterministic_system&);

} // namespace breakwater::testing
