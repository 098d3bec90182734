#pragma once
#include <optional>
#include <string>

#include <sys/stat.h>

/// Whom a file must belong to before we trust what it says. Each returns what is wrong, where, and what to do.
namespace breakwater {

/// A regular file of `user` that nobody else may write.
std::optional<std::string> problem_of_file(const struct stat& found, uid_t user, const std::string& path);

/// A directory in which nobody but `user` and root can replace a file of `user`: it belongs to one of them, and is not
/// writable for others unless it is sticky (as /tmp is).
std::optional<std::string> problem_of_directory(const struct stat& found, uid_t user, const std::string& path);

/// A symbolic link of `user` or root.
std::optional<std::string> problem_of_link(const struct stat& found, uid_t user, const std::string& path);

} // namespace breakwater
