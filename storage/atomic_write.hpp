#pragma once
#include "breakwater/messages/error.hpp"
#include "breakwater/storage/file_place.hpp"
#include "breakwater/storage/file_reader.hpp"

#include <string>
#include <string_view>

/// Changes of a file that are whole and durable, or not there. The caller holds the write lock of the place. Each fails
/// with `store_unwritable`, naming path and system error.
namespace breakwater {

/// Replaces the file, mode 0600: temporary file in the same directory, fsync, rename, fsync of the directory. If only
/// the last step fails, the new content is there and may not survive a power failure; that too is a failure. With
/// `replaces`, a file that somebody changed meanwhile without taking the lock is left as it is.
failure write_file(const file_hop& target, std::string_view text, const file_version* replaces = nullptr);

/// Erases the file in one step that can be undone until it is durable: after a failure the file is there. Its content
/// is gone from the directory, not from the medium.
failure erase_file(const file_hop& target);

/// Makes a directory (0700) unless it is there; its parent has to be.
failure make_directory(const std::string& path);

/// True if `remove_leftovers` has something to do, or a writer is at work.
bool has_leftovers(const file_place&, uid_t user);

/// Removes temporary files that dead writers left: ours, and the app-server client's `.auth-XXXXXX`. Both are only
/// made under the write lock, so whoever holds it knows their makers to be gone. Best effort.
void remove_leftovers(const file_place&, uid_t user);

} // namespace breakwater
