#pragma once
#include "breakwater/messages/store_messages.hpp"

#include <string>

namespace breakwater {

/// A credential as found in one of two homes.
struct found_copy {
  breakwater::credential credential;
  /// When its home was written; unknown_time if that cannot be told.
  wall_time written = unknown_time;
};

struct copy_choice {
  /// Else the keyring's.
  bool file_wins = false;
  /// Why, for people; empty if both hold the same.
  std::string reason;
};

/// Which of two copies is kept. No credential loses to any; a refresh token that the ledger calls spent or refused
/// loses to one that it does not; then the one refreshed later wins, then the one written later, then the file, which
/// somebody put there although the keyring was in use.
copy_choice choose_copy(const found_copy& in_file, const found_copy& in_keyring, const ledger&);

} // namespace breakwater
