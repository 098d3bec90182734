#pragma once
#include "breakwater/messages/auth_messages.hpp"

namespace breakwater {

/// The last pushed status, for an actor that subscribed: reading it is one pointer load, without a message. It may be
/// behind by what is still in the mailbox. Belongs to one actor; not thread safe.
class snapshot_view {
public:
  /// Logged out, until the first notice.
  snapshot_view() : last_(status_fields{}) {}

  /// For the handler of `auth_changed`.
  void update(const auth_changed& notice) {
    if (notice.snapshot)
      last_ = notice.snapshot;
  }

  const status_fields& operator*() const noexcept { return *last_; }
  const status_fields* operator->() const noexcept { return last_.get(); }
  /// Empty while poisoned or logged out. Nobody checked whether it has expired: `expires_at` says.
  const secret& token() const noexcept { return last_->token; }

private:
  auth_status last_;
};

} // namespace breakwater
