#pragma once
#include <functional>
#include <string>

/// System calls of this program that fail when a test says so. They replace those of the C library by being linked
/// first, so the code under test needs no seam for it.
namespace breakwater::testing {

enum class failing_call { fsync_file, fsync_directory, rename };

/// While it lives, the calls fail with `number` (EIO, ENOSPC, EINTR, ...), the first `count` times.
class failing_calls {
public:
  failing_calls(failing_call, int number, int count = 1'000'000);
  failing_calls(const failing_calls&) = delete;
  ~failing_calls();

  /// How often they failed.
  int failed() const;
};

/// While it lives, runs `action` once, right before the next rename.
class before_rename {
public:
  explicit before_rename(std::function<void()> action);
  before_rename(const before_rename&) = delete;
  ~before_rename();
};

} // namespace breakwater::testing
