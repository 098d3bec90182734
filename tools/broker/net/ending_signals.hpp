#pragma once
#include "breakwater/storage/posix.hpp"

namespace breakwater::broker {

/// SIGINT and SIGTERM as a descriptor that is readable once one has come, whichever thread it was delivered to: a
/// library may have started threads before us, and signalfd sees only what every thread blocks. SIGPIPE is ignored. One
/// at a time in a process; the signals are as they were when it is gone.
class ending_signals {
public:
  ending_signals();
  ~ending_signals();
  ending_signals(const ending_signals&) = delete;
  ending_signals& operator=(const ending_signals&) = delete;

  bool ok() const { return static_cast<bool>(wakeup_); }
  int descriptor() const { return wakeup_.get(); }
  /// True if one has come since the last call.
  bool take();

private:
  unique_fd wakeup_;
};

} // namespace breakwater::broker
