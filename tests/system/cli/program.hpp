#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

/// The program `breakwater` as a child process: run as people run it, with an environment of its own.
namespace breakwater::testing {

struct ran {
  /// The exit code; less the signal's number if one ended it.
  int code = -1;
  std::string out, err;
};

/// One run. Ended by its own id if it is still there at the end, also when a test fails.
class program {
public:
  using variables = std::map<std::string, std::string>;

  /// Starts it. `input` is written to its standard input, which is then closed; nothing: standard input stays open.
  program(const std::vector<std::string>& arguments, const variables&, std::optional<std::string> input = "");
  program(const program&) = delete;
  program& operator=(const program&) = delete;
  ~program();

  pid_t id() const { return id_; }
  void send(int signal) const;
  /// Nobody reads its standard output any more.
  void close_output();
  /// Waits until it said this on standard output or standard error, for 20 s at most.
  bool says(const std::string& text);
  /// Reads what it says until it ends, for 60 s at most; then it is killed.
  ran wait();

private:
  bool read_some(int wait_milliseconds);

  pid_t id_ = -1;
  int out_ = -1, err_ = -1, in_ = -1;
  ran ran_;
};

/// Starts, waits, and says how it went.
ran run(const std::vector<std::string>& arguments, const program::variables&, std::optional<std::string> input = "");

} // namespace breakwater::testing
