#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>

#include <stddef.h>

namespace breakwater::testing {

/// Counts calls from any thread.
class call_counter {
public:
  std::function<void()> callback() {
    return [this] {
      std::lock_guard guard{mutex_};
      ++count_;
      called_.notify_all();
    };
  }
  size_t count() {
    std::lock_guard guard{mutex_};
    return count_;
  }
  /// Waits until there were more than `seen` calls; false if that takes longer than anybody would wait.
  bool wait_beyond(size_t seen) {
    std::unique_lock guard{mutex_};
    return called_.wait_for(guard, std::chrono::seconds{20}, [&] { return count_ > seen; });
  }

private:
  std::mutex mutex_;
  std::condition_variable called_;
  size_t count_ = 0;
};

} // namespace breakwater::testing
