#pragma once
#include "breakwater/tests/fault/fault_home.hpp"
#include "breakwater/tests/fault/traced_thread.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace breakwater::testing {

/// The steps of a durable write, each one system call.
enum class disk_call { make_temporary, set_mode, write, fsync_file, rename, open_directory, fsync_directory };

std::string to_string(disk_call);
/// The system call's name for strace.
std::string_view name_of(disk_call);

/// The files that a refresh writes, in its order.
enum class written_file { intent, facts, credential, ledger, no_intent };
inline constexpr int written_file_count = 5;

/// For each file, the how-manieth call of that name on the store's thread makes this step of it, from the moment when a
/// subject at rest, which does not watch its file, is asked for a refresh. Learned from a refresh without a fault;
/// empty if one does not write five files any more.
std::vector<int> learn_counts(disk_call);

/// "inject=fsync:error=EIO:when=3"; `when` as strace takes it: 3, 3+, 3+2.
std::string fail(disk_call, std::string_view error, const std::string& when);

/// How many calls were made to fail; only after `detach`.
int failures_in(const traced_thread&);

/// What the system says of ENOSPC, EIO, EDQUOT, EROFS, EACCES.
std::string text_of(std::string_view error);

} // namespace breakwater::testing
