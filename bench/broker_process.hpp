#pragma once
#include "breakwater/tools/authority/server.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <sched.h>
#include <sys/types.h>

/// The program `breakwater` (or another one that reads lines and answers them) as a child process, and loads for it.
namespace breakwater::bench {

/// Keeps the calling thread on one processor while it lives, so that load and server do not share one.
class stay_on {
public:
  explicit stay_on(int processor);
  ~stay_on();
  stay_on(const stay_on&) = delete;
  stay_on& operator=(const stay_on&) = delete;

private:
  cpu_set_t before_;
};

/// Where the load runs.
inline constexpr int load_processor = 1;

/// A home with an auth.json that is gone afterwards, and the authority that it is for.
class broker_home {
public:
  broker_home();
  ~broker_home();
  broker_home(const broker_home&) = delete;
  broker_home& operator=(const broker_home&) = delete;

  /// A login whose access token has this many bytes, one that the authority does not know.
  void log_in(size_t token_bytes);
  /// One that it does know; its number is for `server::refuse`.
  fake::grant log_in();
  std::string socket() const { return path_ + "/b.sock"; }
  std::vector<std::string> environment() const;

  fake::server authority;

private:
  void write_auth_file(const std::string& access_token, const std::string& refresh_token) const;
  std::string path_;
};

/// A child with pipes for its lines. Killed by its id at the end.
class line_process {
public:
  /// On that processor only; -1: on any.
  line_process(std::vector<std::string> arguments, std::vector<std::string> environment, int processor);
  ~line_process();
  line_process(const line_process&) = delete;
  line_process& operator=(const line_process&) = delete;

  int input() const { return input_; }
  int output() const { return output_; }
  /// Resident memory in MB.
  double resident_mb() const;

private:
  pid_t id_ = -1;
  int input_ = -1, output_ = -1;
};

/// `breakwater`, beside this program.
std::string broker_program();
/// This program as a child of itself: what be_child does with these arguments.
std::vector<std::string> own_child(const std::string& what, const std::string& amount);

/// Connected, or -1.
int connect_to(const std::string& socket_path);
/// Connects as soon as somebody listens; -1 after 10 s.
int connect_soon(const std::string& socket_path);

/// Writes all of it. False: nobody takes it.
bool put(int descriptor, const std::string& bytes);
/// Reads until so many lines have come; the last bytes read are kept in `seen` if it is not null. False: it ended.
bool take_lines(int descriptor, size_t count, std::string* seen = nullptr);

/// The line that introduces a client.
std::string initialize_line();
std::string status_line(bool include_token, bool refresh);

/// Keeps `depth` requests open until `count` are answered; answers per second, 0 after a failure.
double pump(int input, int output, const std::string& line, size_t count, size_t depth);

} // namespace breakwater::bench
