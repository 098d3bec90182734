#pragma once
#include "breakwater/messages/store_messages.hpp"

#include <functional>

namespace breakwater {

/// Where a credential outlives the process. Every implementation passes `tests/storage/store_contract.hpp`.
///
/// Ownership and threads: one object belongs to one auth actor and is called from one thread at a time; several
/// objects, in one process or in many, may name the same place. Calls may block on the disk, never on the network
/// and never on the lease. Nothing throws; every failure says what, where and what to do, and holds no secret.
///
/// The lease is the exclusive right to refresh. It ends with `release`, with the object, or with the process; never
/// with time. `commit`, `put` and `take` are each one atomic compare-and-write under a short write lock that all
/// writers of the place respect.
class credential_store {
public:
  virtual ~credential_store() = default;

  /// Where this is, for messages: a path, a keyring entry, a table.
  virtual std::string where() const = 0;

  /// Reads credential, ledger and intent. Nothing stored is not a failure. Fails with `store_unreadable`.
  virtual load_result load() = 0;

  /// Takes the lease without waiting. `store_busy`: another holder lives. Holding it already is success.
  virtual store_outcome acquire() = 0;

  /// Makes the intent and the ledger durable, in one step, if the lease is still ours. Fails with `store_unwritable`.
  virtual store_outcome write_intent(const intent&, const ledger&) = 0;

  /// Makes the ledger durable and leaves the intent; only under the lease. Fails with `store_unwritable`.
  virtual store_outcome write_ledger(const ledger&) = 0;

  /// Removes the intent if this flight wrote it; otherwise does nothing. Fails with `store_unwritable`.
  virtual store_outcome clear_intent(uint64_t flight) = 0;

  /// Replaces the credential if the store's refresh token is still the one that was sent. A store that already holds
  /// the refresh token of `next` counts as saved, so that a failed commit can be tried again.
  virtual commit_result commit(const credential& next, const token_hash& sent) = 0;

  /// Stores a login over whatever is there, without the lease. Ledger and intent stay.
  virtual put_result put(const credential& next) = 0;

  /// Reads and erases the credential in one step, without the lease. Ledger and intent stay.
  virtual take_result take() = 0;

  /// Gives the lease back. Not holding it is no failure.
  virtual void release() = 0;

  /// Calls `changed` from some thread after the stored credential changed, whoever changed it; more often is
  /// allowed, never is not. Replaces an earlier watch; an empty function ends it, and after that call returned
  /// `changed` is not called any more. Fails if this place cannot be watched.
  virtual store_outcome watch(std::function<void()> changed) = 0;
};

} // namespace breakwater
