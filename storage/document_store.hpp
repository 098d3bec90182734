#pragma once
#include "breakwater/storage/credential_document.hpp"
#include "breakwater/storage/credential_store.hpp"
#include "breakwater/storage/file_lease.hpp"
#include "breakwater/storage/place_content.hpp"
#include "breakwater/storage/write_lock.hpp"

#include <chrono>
#include <memory>

namespace breakwater {

struct document_store_settings {
  /// How long a write waits for a program that is writing the same file.
  std::chrono::milliseconds write_lock_wait_max = std::chrono::seconds{2};
  /// How long a text that is not JSON is given to become JSON.
  std::chrono::milliseconds half_written_pause{50};
};

/// One compare-and-write for every way to keep an auth.json's text. Beside `path`, in the directory of the real file:
///
///   <name>.breakwater-state   ledger, intent, and what auth.json has no field for; hashes, no token
///   <name>.breakwater-lease   the lock file of the lease
///   auth.lock, <name>.lock    the app-server client's own lock files
///
/// One host: a lease on a network file system is refused. Files and directories that other users may write, or that
/// belong to others, are refused with a clear error.
class document_store : public credential_store {
public:
  /// A relative path is taken from the working directory of now. Touches no file.
  document_store(std::string path, std::unique_ptr<credential_document>, document_store_settings);
  ~document_store() override;

  std::string where() const override { return path_; }
  load_result load() override;
  store_outcome acquire() override;
  store_outcome write_intent(const intent&, const ledger&) override;
  store_outcome write_ledger(const ledger&) override;
  store_outcome clear_intent(uint64_t flight) override;
  commit_result commit(const credential& next, const token_hash& sent) override;
  /// A text that was read and cannot be understood is put aside, and the message says where with ec::none; one that
  /// cannot be read is left as it is, and the login fails. Makes the directory if only that is missing.
  put_result put(const credential& next) override;
  /// Removes the document, with fields that are not known here, since they may be other credentials; and what a login
  /// put aside, since a logout leaves no token behind.
  take_result take() override;
  void release() override;
  /// `changed` is called on a thread of the watch; it must not call `watch`.
  store_outcome watch(std::function<void()> changed) override;

protected:
  const std::string& path() const { return path_; }

private:
  /// One compare-and-write: what is there, and nobody else writes.
  struct session {
    file_place place;
    write_lock lock;
    place_content content;
    /// What `settle` did, for the history.
    std::string remark;
  };

  /// What an operation needs: the side file alone can be written while a keyring is locked.
  enum class scope { side_file, both, both_with_directory };

  failure begin(session&, scope) const;
  failure begin_leased(session&) const;
  /// Removes, once in the life of this object, what a killed writer left: it may hold live tokens, and the next write
  /// may be far away. Never waits for a writer.
  void sweep(const file_place&);
  /// Side file first, since its facts are bound to hashes and harm nobody if the document then stays as it is.
  failure write_both(session&, const credential& next, std::string_view existing, const document_version* replaces);
  std::string note_on_names(const session&);

  std::string path_;
  std::unique_ptr<credential_document> document_;
  document_store_settings settings_;
  file_lease lease_;
  bool names_noted_ = false;
  bool swept_ = false;
  std::shared_ptr<void> watch_;
};

} // namespace breakwater
