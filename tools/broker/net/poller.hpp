#pragma once
#include "breakwater/storage/posix.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <unordered_map>

#include <sys/epoll.h>

namespace breakwater::broker {

/// An epoll set that knows what is watched already, and takes what epoll does not: a plain file is always ready.
class poller {
public:
  poller();
  bool ok() const { return static_cast<bool>(epoll_); }

  /// Watches a descriptor for these events (EPOLLIN, EPOLLOUT) from now on; zero: not at all. Hang-ups and errors are
  /// reported as long as it is watched for anything, or if `even_idle` says so.
  void watch(int descriptor, uint32_t events, uint64_t key, bool even_idle = false);
  void forget(int descriptor);

  /// Waits at most `timeout_ms` (-1: for ever). Valid until the next call.
  std::span<const epoll_event> wait(int timeout_ms);

private:
  struct entry {
    uint32_t events = 0;
    uint64_t key = 0;
    bool in_set = false;
    /// epoll refused it: it is always ready.
    bool is_plain = false;
  };

  unique_fd epoll_;
  std::unordered_map<int, entry> known_;
  size_t plain_ready_ = 0;
  std::array<epoll_event, 256> events_;
};

} // namespace breakwater::broker
