#pragma once
#include "breakwater/messages/store_messages.hpp"
#include "breakwater/storage/file_lock.hpp"
#include "breakwater/storage/file_place.hpp"

namespace breakwater {

/// The exclusive right to refresh the credential of one place, on one host.
class file_lease {
public:
  /// Never waits; holding it already is success. Fails with `store_busy`, or with `store_unwritable` where no lock can
  /// be trusted: a network file system, a lock file of another user.
  store_outcome acquire(const file_place&, uid_t user);

  /// False too if the lock file was removed or replaced, or the place is no longer the one it was taken for.
  bool is_held(const file_place& place) const { return lock_.is_held_at(place.lease_path()); }

  void release() noexcept { lock_.release(); }

private:
  file_lock lock_;
};

} // namespace breakwater
