#pragma once
#include "breakwater/storage/posix.hpp"

#include <string>

namespace breakwater::broker {

/// The right to be the broker of a socket: a locked file beside it, `<socket>.lock`, that holds the owner's pid. It
/// ends with this object or with the process.
class instance {
public:
  /// Takes it, or says who has it, or what is wrong. Makes the directory (0700) if only that is missing. Refuses a
  /// directory of another user, or one that others may write.
  std::string take(const std::string& socket_path);

private:
  unique_fd lock_;
};

/// The directory that a path names something in; "." if it has none.
std::string directory_of(const std::string& path);

} // namespace breakwater::broker
