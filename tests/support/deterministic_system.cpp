#include "breakwater/tests/support/deterministic_system.hpp"

#include <random>

namespace breakwater::testing {

#if BREAKWATER_CAF_0

deterministic_system::testing_config::testing_config() {
  set("scheduler.policy", caf::atom("testing"));
  set("logger.verbosity", caf::atom("quiet"));
}

deterministic_system::deterministic_system()
    : system_(config_), scheduler_(dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler())) {
  // A clock at zero would look like one that was never set.
  scheduler_.clock().current_time += std::chrono::hours{1};
}

size_t deterministic_system::run() {
  size_t count = 0;
  while (scheduler_.try_run_once())
    ++count;
  return count;
}

void deterministic_system::advance(std::chrono::nanoseconds by) {
  // One timer at a time, since each may arm the next before the end of this span.
  run();
  auto end = now() + by;
  while (now() < end) {
    auto& pending = scheduler_.clock().schedule();
    auto next = pending.empty() ? end : std::min(end, pending.begin()->first);
    scheduler_.advance_time(std::max(next - now(), std::chrono::nanoseconds{0}));
    run();
  }
}

std::chrono::steady_clock::time_point deterministic_system::now() { return scheduler_.clock().now(); }

#else

deterministic_system::registered::registered() { compat::register_globally<caf::id_block::breakwater>(); }

deterministic_system::deterministic_system() : reporter_(caf::test::reporter::make_default()) {
  caf::test::reporter::instance(reporter_.get());
  fixture_ = std::make_unique<caf::test::fixture::deterministic>();
}

deterministic_system::~deterministic_system() {
  fixture_.reset();
  caf::test::reporter::instance(nullptr);
}

size_t deterministic_system::run() { return fixture_->dispatch_messages(); }

void deterministic_system::advance(std::chrono::nanoseconds by) {
  run();
  auto end = now() + by;
  while (now() < end) {
    auto next = fixture_->has_pending_timeout() ? std::min(end, fixture_->next_timeout()) : end;
    if (next > now())
      fixture_->set_time(next);
    else
      fixture_->trigger_timeout(); // due already: moving the clock by nothing would not set it off
    run();
  }
}

std::chrono::steady_clock::time_point deterministic_system::now() { return fixture_->sys.clock().now(); }

#endif

clocks test_clocks(deterministic_system& system) {
  return {
      [&system] { return instant{system.now().time_since_epoch()}; },
      [&system] {
        constexpr auto start = wall_time{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
        return start + std::chrono::duration_cast<wall_time::duration>(system.now().time_since_epoch());
      },
      [engine = std::mt19937_64{1}]() mutable { return engine(); },
  };
}

} // namespace breakwater::testing
