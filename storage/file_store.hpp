#pragma once
#include "breakwater/storage/document_store.hpp"

namespace breakwater {

using file_store_settings = document_store_settings;

/// Keeps a credential in an auth.json, the file that app-server clients have: same format, same locks. Beside it, in
/// the directory of the real file:
///
///   auth.json.breakwater-state   ledger, intent, and what auth.json has no field for; hashes, no token
///   auth.json.breakwater-lease   the lock file of the lease
///   auth.lock, auth.json.lock    the client's own lock files
///   auth.json.unreadable         what a login found and could not understand; a logout removes it
///
/// A symbolic link stays a link. Of a file with several names (hard links) only this one gets the new content; the
/// outcome's message says so once, with ec::none. A logout behind a link leaves an empty document.
class file_store : public document_store {
public:
  /// `path` of the auth.json; a relative one is taken from the working directory of now. Touches no file.
  explicit file_store(std::string path, file_store_settings = {});
};

} // namespace breakwater
