#pragma once
#include "breakwater/storage/posix.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

/// A broker as a child process, and its clients: over pipes and over unix sockets.
namespace breakwater::testing {

/// A deadline that only a broken broker misses.
inline constexpr std::chrono::seconds patience{60};

struct child_options {
  std::vector<std::string> arguments;
  std::map<std::string, std::string> environment;
  /// Where standard error goes.
  std::string error_file;
  /// Sockets instead of pipes for standard input and output, as Node.js gives its children.
  bool sockets = false;
  /// Not zero: the user that it runs as.
  uid_t user = 0;
};

/// A process with pipes for standard input and output. Killed by its id if it is still there at the end.
class child {
public:
  explicit child(const child_options&);
  ~child();
  child(const child&) = delete;
  child& operator=(const child&) = delete;

  pid_t id() const { return id_; }
  /// Taken once by whoever talks to it.
  unique_fd input, output;

  void signal(int number) const;
  /// The exit code, less the signal's number if one ended it; nothing if it did not end in time.
  std::optional<int> wait(std::chrono::milliseconds at_most = patience);
  bool is_running();
  /// What it said on standard error until now.
  std::string errors() const;
  /// Waits until that holds this text.
  bool says(const std::string& text) const;
  /// Resident memory in KiB: now, and at its highest.
  long resident() const { return status_number("VmRSS:"); }
  long resident_peak() const { return status_number("VmHWM:"); }

private:
  long status_number(const std::string& name) const;

  pid_t id_ = -1;
  std::string error_file_;
  std::optional<int> code_;
};

/// Calls until it is true, for `patience` at most.
template <class Condition>
bool eventually(Condition holds) {
  auto end = std::chrono::steady_clock::now() + patience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end)
      return false;
    ::usleep(2000);
  }
  return true;
}

} // namespace breakwater::testing
