#include "breakwater/storage/compare_and_write.hpp"

namespace breakwater {

commit_step next_commit_step(const credential& current, const credential& next, const token_hash& sent) {
  if (current.method != next.method || current.refresh_token.empty())
    return commit_step::conflict;
  // First this: an authority that does not rotate gives back the refresh token that was sent.
  if (hash_of(current.refresh_token) == sent)
    return commit_step::write;
  return current.refresh_token == next.refresh_token ? commit_step::keep : commit_step::conflict;
}

ledger newest_of(const ledger& entries) {
  auto skipped = entries.size() > ledger_size_max ? entries.size() - ledger_size_max : 0;
  return {entries.begin() + static_cast<ptrdiff_t>(skipped), entries.end()};
}

} // namespace breakwater
