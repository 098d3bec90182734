#pragma once
#include "breakwater/tools/authority/file_descriptor.hpp"
#include "breakwater/tools/authority/http_connection.hpp"
#include "breakwater/tools/authority/http_handler.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <unordered_map>
#include <vector>

namespace breakwater::fake {

/// An HTTP server on 127.0.0.1: one epoll set, any number of connections, no thread of its own.
class http_loop {
public:
  explicit http_loop(http_handler& handler) : handler_{handler} {}

  /// Listens; port 0 chooses a free one. Returns what went wrong, or nothing.
  std::optional<std::string> listen(uint16_t port);
  uint16_t port() const { return port_; }

  /// Serves until `stop`, then closes every connection.
  void run();
  /// Any thread, any time after `listen`.
  void stop();

private:
  struct client {
    std::unique_ptr<http_connection> connection;
    uint32_t interest;
    /// Tells the timer that is meant from older ones.
    uint64_t timer = 0;
  };
  struct timer {
    loop_clock::time_point at;
    uint64_t client;
    uint64_t number;
    bool operator>(const timer& other) const { return at > other.at; }
  };

  void accept_all();
  void rest_from_accepting();
  void settle(uint64_t id, const connection_wish&);
  void fire_timers();
  int wait_ms() const;
  bool watch(int descriptor, uint32_t events, uint64_t id, int operation);

  http_handler& handler_;
  file_descriptor epoll_, listener_, wakeup_;
  uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  uint64_t last_id_ = 1; // 0 and 1 are the listener and the wakeup
  uint64_t last_timer_ = 0;
  std::unordered_map<uint64_t, client> clients_;
  std::priority_queue<timer, std::vector<timer>, std::greater<>> timers_;
};

} // namespace breakwater::fake
