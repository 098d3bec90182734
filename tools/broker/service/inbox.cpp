#include "breakwater/tools/broker/service/inbox.hpp"

#include <sys/eventfd.h>

namespace breakwater::broker {

inbox::inbox() : wakeup_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void inbox::put(report one) {
  bool first = false;
  {
    std::lock_guard lock{mutex_};
    first = waiting_.empty();
    waiting_.push_back(std::move(one));
  }
  if (first) {
    uint64_t number = 1;
    uninterrupted([&] { return ::write(wakeup_.get(), &number, sizeof number); });
  }
}

std::vector<report> inbox::take() {
  uint64_t number = 0;
  uninterrupted([&] { return ::read(wakeup_.get(), &number, sizeof number); });
  std::lock_guard lock{mutex_};
  return std::exchange(waiting_, {});
}

} // namespace breakwater::broker
