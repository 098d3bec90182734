#pragma once
#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

/// A lock on a network file system does not keep other hosts out, so no lease is given there.
namespace breakwater {

/// What is wrong with a lease in this directory; nothing if its file system is local, or cannot be told.
std::optional<std::string> problem_of_file_system(const std::string& directory);

/// The name of a network file system by the number that statfs gives; empty: none of them.
std::string_view network_name_of_magic(uint64_t f_type);

/// The same by the type that /proc/self/mountinfo gives, for FUSE, where one number serves every file system.
std::string_view network_name_of_type(std::string_view type);

/// The type of the file system mounted as `device` in the text of a mountinfo file; empty: not in it.
std::string_view type_in_mountinfo(std::string_view mountinfo, dev_t device);

} // namespace breakwater
