#include "breakwater/tools/storm/interrupt.hpp"

#include <atomic>
#include <csignal>

namespace breakwater::storm {

namespace {

// Lock-free, so a handler may set it, on whatever thread the system picks.
std::atomic<bool> caught{false};
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void note_interrupt(int number) {
  caught = true;
  std::signal(number, SIG_DFL);
}

} // namespace

void catch_interrupts() {
  std::signal(SIGINT, note_interrupt);
  std::signal(SIGTERM, note_interrupt);
}

bool was_interrupted() { return caught; }

} // namespace breakwater::storm
