#pragma once
#include "breakwater/messages/store_messages.hpp"

namespace breakwater {

/// What a commit has to do with what the store holds.
enum class commit_step : uint8_t {
  write,    ///< the refresh token there is the one that was sent
  keep,     ///< `next` is there already
  conflict, ///< another one is there, or none
};

/// Compares as `credential_store::commit` promises. A credential of another method is another credential, whatever
/// tokens were left beside it.
commit_step next_commit_step(const credential& current, const credential& next, const token_hash& sent);

/// The newest `ledger_size_max` entries.
ledger newest_of(const ledger&);

} // namespace breakwater
