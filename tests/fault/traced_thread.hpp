#pragma once
#include "breakwater/tests/process/subject_process.hpp"
#include "breakwater/tests/storage/temporary_directory.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace breakwater::testing {

/// What a test can do to a subject's system calls here; empty, or why it cannot (no strace, no ptrace).
std::string why_not_traceable();

/// The two threads of a subject that touch the world: one for the store, one for the wire. Both at rest.
struct subject_threads {
  pid_t store = 0;
  pid_t wire = 0;
};

/// Finds them by what they do, not by their names. The subject is asked for `reload`s on the way.
subject_threads threads_of(subject_process&);

/// strace on one thread of a running program, from the constructor on: calls are counted from there, and since a thread
/// does one thing after another, the n-th call is the same one each time.
class traced_thread {
public:
  /// Each of `expressions` goes behind a -e: "inject=fsync:error=EIO:when=2".
  traced_thread(pid_t thread, const std::vector<std::string>& expressions);
  traced_thread(const traced_thread&) = delete;
  ~traced_thread() { detach(); }

  /// Ends the tracing, and with it what was injected.
  void detach();
  /// Waits for the end of the thread, which is dead already or dying.
  void wait();
  /// One line a call; whole after `detach` or `wait`.
  std::vector<std::string> lines() const;
  /// The thread was killed at the last of the lines.
  bool was_killed() const;

private:
  temporary_directory directory_;
  pid_t pid_ = 0;
  int errors_ = -1;
};

/// The calls that touch the store or a socket.
inline constexpr std::string_view trace_all = "trace=%file,%desc,%network";

/// One call of a recording, as strace has it.
struct system_call {
  std::string name;
  std::string line;
  /// The how-manieth call of this name.
  int count = 0;
};

/// Calls in their order; random parts of names are masked.
std::vector<system_call> calls_in(const std::vector<std::string>& lines);

} // namespace breakwater::testing
