#pragma once
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace breakwater::storm {

/// A program of ours with pipes to its standard input and output. Its end is the end of the process.
class child_process {
public:
  /// Look at `problem` before anything else.
  child_process(const std::string& program, const std::vector<std::string>& arguments);
  ~child_process();
  child_process(const child_process&) = delete;
  child_process& operator=(const child_process&) = delete;

  /// Why it could not be started.
  const std::optional<std::string>& problem() const { return problem_; }
  void say(const std::string& text);
  /// The whole lines that are there; does not wait.
  std::vector<std::string> lines();
  /// Its output has ended, and every line of it was taken.
  bool is_over() const { return is_over_; }
  pid_t pid() const { return pid_; }

private:
  pid_t pid_ = 0;
  int to_ = -1, from_ = -1;
  bool is_over_ = false;
  std::string buffer_;
  std::optional<std::string> problem_;
};

} // namespace breakwater::storm
