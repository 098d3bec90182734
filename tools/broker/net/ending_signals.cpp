#include "breakwater/tools/broker/net/ending_signals.hpp"

#include <atomic>
#include <csignal>

#include <sys/eventfd.h>

namespace breakwater::broker {

namespace {

std::atomic<int> wakeup_of_handler{-1};
static_assert(std::atomic<int>::is_always_lock_free);

struct sigaction before_interrupt, before_terminate, before_pipe;

void wake(int) {
  auto before = errno;
  uint64_t number = 1;
  [[maybe_unused]] auto written = ::write(wakeup_of_handler.load(), &number, sizeof number);
  errno = before;
}

void handle(int number, void (*handler)(int), struct sigaction* before) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  ::sigaction(number, &action, before);
}

} // namespace

ending_signals::ending_signals() : wakeup_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  wakeup_of_handler = wakeup_.get();
  handle(SIGINT, wake, &before_interrupt);
  handle(SIGTERM, wake, &before_terminate);
  handle(SIGPIPE, SIG_IGN, &before_pipe);
}

ending_signals::~ending_signals() {
  ::sigaction(SIGINT, &before_interrupt, nullptr);
  ::sigaction(SIGTERM, &before_terminate, nullptr);
  ::sigaction(SIGPIPE, &before_pipe, nullptr);
  wakeup_of_handler = -1;
}

bool ending_signals::take() {
  uint64_t number = 0;
  return uninterrupted([&] { return ::read(wakeup_.get(), &number, sizeof number); }) == sizeof number;
}

} // namespace breakwater::broker
