#include "breakwater/tools/broker/cli/interrupt.hpp"

#include <atomic>

#include <signal.h>

namespace breakwater::cli {

namespace {

// Lock-free, so a handler may set it, on whatever thread the system picks.
std::atomic<bool> caught{false};
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void breakwater_note_interrupt(int) { caught = true; }

} // namespace

void catch_interrupts() {
  struct sigaction act {};
  act.sa_handler = breakwater_note_interrupt;
  // The second one finds the default action. No SA_RESTART: whoever waits has to look.
  act.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigaction(SIGINT, &act, nullptr);
  ::sigaction(SIGTERM, &act, nullptr);
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &ignore, nullptr);
}

bool was_interrupted() { return caught; }

} // namespace breakwater::cli
