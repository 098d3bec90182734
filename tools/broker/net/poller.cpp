#include "breakwater/tools/broker/net/poller.hpp"

namespace breakwater::broker {

poller::poller() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {}

void poller::watch(int descriptor, uint32_t events, uint64_t key, bool even_idle) {
  auto& known = known_[descriptor];
  auto wanted = events != 0 || even_idle;
  if (known.key == key && known.events == events && (known.in_set == wanted || known.is_plain))
    return;
  if (known.is_plain) {
    plain_ready_ += (events != 0) - (known.events != 0);
  } else {
    epoll_event event{};
    event.events = events;
    event.data.u64 = key;
    auto operation = !known.in_set ? EPOLL_CTL_ADD : wanted ? EPOLL_CTL_MOD : EPOLL_CTL_DEL;
    if (known.in_set || wanted) {
      if (::epoll_ctl(epoll_.get(), operation, descriptor, &event) == 0)
        known.in_set = wanted;
      else if (operation == EPOLL_CTL_ADD && errno == EPERM) {
        known.is_plain = true;
        plain_ready_ += events != 0;
      }
    }
  }
  known.events = events;
  known.key = key;
}

void poller::forget(int descriptor) {
  auto found = known_.find(descriptor);
  if (found == known_.end())
    return;
  if (found->second.in_set)
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, descriptor, nullptr);
  if (found->second.is_plain && found->second.events != 0)
    --plain_ready_;
  known_.erase(found);
}

std::span<const epoll_event> poller::wait(int timeout_ms) {
  auto room = static_cast<int>(events_.size()) - 2; // a program has two plain files at most: stdin and stdout
  auto count = ::epoll_wait(epoll_.get(), events_.data(), room, plain_ready_ > 0 ? 0 : timeout_ms);
  auto size = static_cast<size_t>(count < 0 ? 0 : count);
  if (plain_ready_ > 0)
    for (auto& [descriptor, known] : known_)
      if (known.is_plain && known.events != 0 && size < events_.size()) {
        events_[size].events = known.events;
        events_[size].data.u64 = known.key;
        ++size;
      }
  return {events_.data(), size};
}

} // namespace breakwater::broker
