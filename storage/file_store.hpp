#pragma once
#include "breakwater/storage/credential_store.hpp"
#include "breakwater/storage/directory_watch.hpp"
#include "breakwater/storage/file_lease.hpp"
#include "breakwater/storage/place_content.hpp"
#include "breakwater/storage/write_lock.hpp"

#include <chrono>
#include <memory>

namespace breakwater {

struct file_store_settings {
  /// How long a write waits for a program that is writing the same file.
  std::chrono::milliseconds write_lock_wait_max = std::chrono::seconds{2};
  /// How long a file that is not JSON is given to become JSON.
  std::chrono::milliseconds half_written_pause{50};
};

/// Keeps a credential in an auth.json, the file that app-server clients have: same format, same locks. Beside it, in
/// the directory of the real file:
///
///   auth.json.breakwater-state   ledger, intent, and what auth.json has no field for; hashes, no token
///   auth.json.breakwater-lease   the lock file of the lease
///   auth.lock, auth.json.lock    the client's own lock files
///   auth.json.unreadable         what a login found and could not read
///
/// One host: a lease on a network file system is refused. A symbolic link stays a link. Of a file with several names
/// (hard links) only this one gets the new content; the outcome's message says so once, with ec::none. Files and
/// directories that other users may write, or that belong to others, are refused with a clear error.
class file_store : public credential_store {
public:
  /// `path` of the auth.json; a relative one is taken from the working directory of now. Touches no file.
  explicit file_store(std::string path, file_store_settings = {});
  ~file_store() override;

  std::string where() const override { return path_; }
  load_result load() override;
  store_outcome acquire() override;
  store_outcome write_intent(const intent&, const ledger&) override;
  store_outcome write_ledger(const ledger&) override;
  store_outcome clear_intent(uint64_t flight) override;
  commit_result commit(const credential& next, const token_hash& sent) override;
  /// An auth.json that cannot be read as one is kept as `auth.json.unreadable`, and the message says so with ec::none.
  /// Makes the directory if only that is missing.
  put_result put(const credential& next) override;
  /// Removes the file, with fields that are not known here: they may be other credentials. Behind a link, it stays as
  /// an empty document.
  take_result take() override;
  void release() override;
  /// `changed` is called on a thread of the watch; it must not call `watch`.
  store_outcome watch(std::function<void()> changed) override;

private:
  /// One compare-and-write: what is there, and nobody else writes.
  struct session {
    file_place place;
    write_lock lock;
    place_content content;
  };

  failure begin(session&, bool with_directory) const;
  failure begin_leased(session&) const;
  /// Side file first, since its facts are bound to hashes and harm nobody if auth.json then stays as it is.
  failure write_both(session&, const credential& next, std::string_view existing, const file_version* replaces);
  std::string note_on_names(const session&);

  std::string path_;
  file_store_settings settings_;
  file_lease lease_;
  bool names_noted_ = false;
  std::unique_ptr<directory_watch> watch_;
};

} // namespace breakwater
