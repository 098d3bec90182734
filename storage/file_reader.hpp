#pragma once
#include "breakwater/messages/error.hpp"
#include "breakwater/storage/wiped_string.hpp"

#include <cstdint>
#include <string>

#include <unistd.h>

namespace breakwater {

/// The largest file that is read.
inline constexpr size_t file_size_max = size_t{1} << 20;

/// Tells two contents of one path apart without reading them. All zero: no file.
struct file_version {
  uint64_t device = 0, inode = 0, size = 0;
  int64_t modified = 0, changed = 0;
  friend bool operator==(const file_version&, const file_version&) = default;
};

struct file_content {
  failure error;
  bool exists = false;
  /// More than one: other names lead to the same content (hard links).
  uint64_t name_count = 0;
  file_version version;
  wiped_string text;
};

/// Reads a small file of `user` that nobody else may write, without following a link and without ever blocking on what
/// is not a file. A missing file is no failure. Fails with `store_unreadable`.
file_content read_file(const std::string& path, uid_t user);

/// The version now at `path`; all zero if there is none or it cannot be looked at.
file_version version_of(const std::string& path);

} // namespace breakwater
