#pragma once
#include "breakwater/tests/process/subject_process.hpp"
#include "breakwater/tests/storage/temporary_directory.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

/// Clocks that lie to a program under test, and to nobody else.
namespace breakwater::testing {

/// The wall clock is wrong by an offset, which can change while the program runs (libfaketime).
class wrong_wall_clock {
public:
  explicit wrong_wall_clock(std::chrono::seconds offset = {}) { set(offset); }

  /// Why it cannot be had: libfaketime is not installed.
  static std::optional<std::string> problem();
  /// Steps the clock.
  void set(std::chrono::seconds offset);
  void join(subject_process::options&) const;

private:
  temporary_directory place_;
};

/// The machine can be suspended: boot time and wall time go on, monotonic time stands still.
class suspended_clock {
public:
  suspended_clock();
  ~suspended_clock();
  suspended_clock(const suspended_clock&) = delete;
  suspended_clock& operator=(const suspended_clock&) = delete;

  /// The program has slept for so long, from one moment to the next.
  void sleep(std::chrono::seconds);
  void join(subject_process::options&) const;

private:
  temporary_directory place_;
  volatile int64_t* offset_ = nullptr;
};

} // namespace breakwater::testing
