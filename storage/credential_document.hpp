#pragma once
#include "breakwater/messages/error.hpp"
#include "breakwater/messages/time.hpp"
#include "breakwater/messages/token_hash.hpp"
#include "breakwater/storage/file_place.hpp"
#include "breakwater/storage/file_reader.hpp"
#include "breakwater/storage/side_file_codec.hpp"
#include "breakwater/storage/wiped_string.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace breakwater {

/// Tells two contents of one document apart. Empty: no document.
struct document_version {
  file_version file;
  /// Of a document that has no file of its own.
  token_hash text;
  friend bool operator==(const document_version&, const document_version&) = default;
};

struct document_content {
  failure error;
  bool exists = false;
  /// More than one: other names lead to the same file (hard links).
  uint64_t name_count = 0;
  document_version version;
  /// When it was written; unknown_time if that cannot be told.
  wall_time written = unknown_time;
  wiped_string text;
  /// It is to be brought to its home first, under the write lock: `credential_document::settle`.
  bool unsettled = false;
};

/// Where and how the text of an auth.json is kept: all that differs between a file, an encrypted file and a keyring.
/// Ledger, intent, lease and write lock lie in files at the same place for all of them, and `document_store` makes one
/// store of the two. Belongs to its store; one thread at a time. Nothing throws; a message names where, and no secret.
class credential_document {
public:
  struct watch_result {
    failure error;
    /// `changed` is not called any more once this is gone.
    std::shared_ptr<void> watch;
  };
  struct aside_result {
    failure error;
    /// Where it is now, for messages.
    std::string where;
  };

  virtual ~credential_document() = default;

  /// For messages.
  virtual std::string where(const file_place&) const = 0;
  /// What the side file is to say of a credential that is written here.
  virtual document_home home() const { return document_home::file; }
  /// False: the document may be there although the directory of the place is not.
  virtual bool is_in_directory() const { return true; }
  /// Called before the write lock is taken: for work that takes long. Its failure comes with the next `read`.
  virtual void prepare(const file_place&) {}
  /// Called under the write lock, before anything is read: brings a document that lies elsewhere to its home, and notes
  /// that in the side file. With ec::none, a message says what was done.
  virtual failure settle(const file_place&) { return {}; }
  /// No document is no failure. Fails with `store_unreadable`.
  virtual document_content read(const file_place&) = 0;
  /// The version there now; empty if it cannot be told. May be cheaper than `read`.
  virtual document_version look(const file_place&) = 0;
  /// Durable, or as it was. With `replaces`, a document that somebody changed meanwhile without taking the write lock
  /// is left as it is. Fails with `store_unwritable`.
  virtual failure replace(const file_place&, std::string_view text, const document_version* replaces) = 0;
  /// Erases what was read. Fails with `store_unwritable`; the document is then still there.
  virtual failure erase(const file_place&, const document_content&) = 0;
  /// Keeps a text that cannot be understood, before it is replaced. Fails with `store_unwritable`.
  virtual aside_result put_aside(const file_place&, std::string_view text) = 0;
  /// Erases what was put aside; nothing there is no failure.
  virtual failure erase_aside(const file_place&) = 0;
  /// Calls `changed` from one thread at a time after the document changed, whoever changed it. Fails with
  /// `store_unreadable`.
  virtual watch_result watch(const std::string& path, std::function<void()> changed) = 0;
};

} // namespace breakwater
