#pragma once
#include "breakwater/transport/http_messages.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

namespace breakwater {

/// One thread and one curl multi handle that send any number of POSTs at once, each at most once. At most 64
/// connections per host are open; further requests wait for one, within their own time-outs.
/// All members may be called from any thread; the destructor not from a callback.
class curl_loop {
public:
  /// None is used again after that.
  static constexpr std::chrono::milliseconds idle_time_default = std::chrono::seconds{4};

  /// Called exactly once per request, on the loop's thread; must not block or throw.
  using callback = std::function<void(http_answer)>;

  /// `idle_time` is how long connections are kept open after the last request ended.
  explicit curl_loop(std::chrono::milliseconds idle_time = idle_time_default);
  /// Stops, if nobody did.
  ~curl_loop();
  curl_loop(const curl_loop&) = delete;
  curl_loop& operator=(const curl_loop&) = delete;

  /// Sends a request; the number names it for `cancel` and is never 0.
  uint64_t submit(http_request, callback done);

  /// Reports this answer from the loop's thread as if a request had ended with it.
  uint64_t answer(http_answer, callback done);

  /// Ends a request early; its callback reports it as lost or unsent. Unknown numbers do nothing.
  void cancel(uint64_t request);

  /// Ends what is under way as `cancel` does, then joins the thread. What a callback submits meanwhile ends unsent.
  /// For the owner, before it destroys what callbacks may use; nothing but the destructor may follow.
  void stop();

private:
  class impl;
  std::unique_ptr<impl> impl_;
};

} // namespace breakwater
