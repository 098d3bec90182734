#pragma once
#include "breakwater/messages/error.hpp"
#include "breakwater/storage/posix.hpp"

#include <string>

namespace breakwater {

/// An exclusive lock on a lock file (flock). It belongs to this object, not to the process, so two objects of one
/// process exclude each other; it ends with `release`, with the object, or with the process. A child made by fork
/// without exec shares it until the parent releases it.
class file_lock {
public:
  /// `busy`: somebody else has it. `failed`: the lock file cannot be opened or trusted, and `error` says why.
  enum class outcome { taken, busy, failed };

  file_lock() = default;
  file_lock(file_lock&&) = default;
  file_lock& operator=(file_lock&&) = default;
  ~file_lock() { release(); }

  /// Never waits. Makes the lock file (0600) if there is none; it stays behind, as the app-server client's do.
  outcome try_take(const std::string& path, uid_t user, failure& error);

  /// True if the lock is held and its file is still the one at `path`: whoever deletes a lock file gives away the
  /// right to it, and a lock on a file without a name excludes nobody.
  bool is_held_at(const std::string& path) const;

  void release() noexcept;

private:
  unique_fd fd_;
};

} // namespace breakwater
