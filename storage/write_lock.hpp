#pragma once
#include "breakwater/messages/error.hpp"
#include "breakwater/storage/file_lock.hpp"
#include "breakwater/storage/file_place.hpp"

#include <chrono>
#include <vector>

namespace breakwater {

/// The short write lock of a place: the app-server client's own lock files, all of them, in its order, so that it and
/// we wait for each other. Held for one compare-and-write, never across anything that waits.
class write_lock {
public:
  write_lock() = default;
  write_lock(const write_lock&) = delete;
  write_lock& operator=(const write_lock&) = delete;
  /// Gives back the last one first: the client waits for `auth.lock` and, once it has that, does not wait for
  /// `auth.json.lock` but fails its save.
  ~write_lock();

  /// Waits at most `wait_max` in all. Fails with `store_unwritable`, naming the lock file that somebody holds.
  failure take(const file_place&, uid_t user, std::chrono::milliseconds wait_max);

private:
  std::vector<file_lock> locks_;
};

} // namespace breakwater
