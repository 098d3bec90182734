#pragma once
#include <nlohmann/json.hpp>

#include <chrono>
#include <string>
#include <vector>

#include <sys/types.h>

namespace breakwater::testing {

/// One breakwater-subject, driven line by line. Its end is the end of the process, whatever happened before.
class subject_process {
public:
  struct options {
    /// As breakwater-subject takes them.
    std::vector<std::string> arguments;
    /// What runs the program: `strace` and its options, say. Empty: nothing.
    std::vector<std::string> wrapper;
    /// NAME=VALUE, beside our own environment.
    std::vector<std::string> environment;
  };

  /// Started, and not waited for: the program may die before it says anything.
  explicit subject_process(const options&);
  ~subject_process();
  subject_process(const subject_process&) = delete;
  subject_process(subject_process&&) = delete;

  /// Waits until the program listens. False if it ended, or after `deadline`.
  bool is_ready(std::chrono::milliseconds deadline = default_deadline);

  /// Sends a command; its answers are fetched by the number that this returns. A program that is gone hears nothing.
  int tell(nlohmann::json command);
  /// The answers to a command: an empty array if the program ended first, or after `deadline`.
  nlohmann::json answers_to(int id, std::chrono::milliseconds deadline = default_deadline);
  /// Both in one, for a command with one answer; null if there is none.
  nlohmann::json ask(nlohmann::json command, std::chrono::milliseconds deadline = default_deadline);

  /// What the program said unasked and nobody took yet: lines without `id`. Does not wait; call it often enough, or
  /// the program blocks on a full pipe.
  std::vector<nlohmann::json> notices();

  /// The process that was started: the wrapper, if there is one.
  pid_t pid() const { return pid_; }
  void signal(int number);
  /// Ends its input, which asks it to finish.
  void end_input();
  /// Ends its input and waits for the end: the exit code, or the signal's number, negative.
  int finish(std::chrono::milliseconds deadline = default_deadline);
  /// It is dead, whether or not anybody waited for it.
  bool has_ended() const;
  /// Waits for the end without asking for it.
  int wait(std::chrono::milliseconds deadline = default_deadline);
  /// What it said on standard error so far; whole after it ended.
  std::string errors();

  static constexpr std::chrono::milliseconds default_deadline = std::chrono::seconds{30};

private:
  /// Reads until there is a line or the time is over; false then, and at the end of the output.
  bool read_line(nlohmann::json& line, std::chrono::steady_clock::time_point until);

  pid_t pid_ = 0;
  int to_ = -1, from_ = -1, errors_ = -1;
  int last_id_ = 0;
  std::string buffer_;
  bool ready_ = false;
  std::vector<nlohmann::json> lines_;
};

} // namespace breakwater::testing
