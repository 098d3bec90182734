#pragma once
#include "breakwater/storage/posix.hpp"
#include "breakwater/tools/broker/service/reports.hpp"

#include <mutex>
#include <vector>

namespace breakwater::broker {

/// Carries reports from any thread to the loop. Its descriptor is readable while there are some.
class inbox {
public:
  /// Without a descriptor if the system gives none: see `ok`.
  inbox();
  inbox(const inbox&) = delete;
  inbox& operator=(const inbox&) = delete;

  bool ok() const { return static_cast<bool>(wakeup_); }
  int descriptor() const { return wakeup_.get(); }

  /// Any thread; does not block.
  void put(report);
  /// The loop only: all that is there, in order.
  std::vector<report> take();

private:
  unique_fd wakeup_;
  std::mutex mutex_;
  std::vector<report> waiting_;
};

} // namespace breakwater::broker
