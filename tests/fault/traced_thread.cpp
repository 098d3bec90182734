#include "breakwater/tests/fault/traced_thread.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <utility>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace breakwater::testing {

namespace {

/// How often the thread has called read(2) and its like.
long reads_of(const std::string& task) {
  std::istringstream counts{read_text(task + "/io")};
  long count = 0;
  for (std::string word; counts >> word;)
    if (word == "syscr:")
      counts >> count;
  return count;
}

std::map<pid_t, long> reads_of_all(pid_t process) {
  std::map<pid_t, long> counts;
  auto tasks = "/proc/" + std::to_string(process) + "/task";
  for (auto& entry : std::filesystem::directory_iterator{tasks})
    counts[std::stoi(entry.path().filename().string())] = reads_of(entry.path().string());
  return counts;
}

/// Starts strace and waits until it says that it is attached; what it said if it ended instead.
std::string start_strace(std::vector<std::string> arguments, pid_t& pid, int& errors) {
  std::vector<char*> argv;
  for (auto& each : arguments)
    argv.push_back(each.data());
  argv.push_back(nullptr);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return "no pipe";
  pid = ::fork();
  if (pid == 0) {
    ::dup2(ends[1], STDERR_FILENO);
    ::execvp(argv[0], argv.data());
    ::perror(argv[0]);
    ::_exit(127);
  }
  ::close(ends[1]);
  std::string said;
  for (char byte; said.find("attached\n") == std::string::npos;) {
    if (::read(ends[0], &byte, 1) != 1) {
      ::waitpid(std::exchange(pid, 0), nullptr, 0);
      break;
    }
    said += byte;
  }
  errors = ends[0]; // open for as long as it lives: SIGPIPE would end it
  return pid ? "" : said;
}

void end_strace(pid_t& pid, int& errors) {
  if (pid > 0) {
    ::kill(pid, SIGTERM);
    ::waitpid(pid, nullptr, 0);
  }
  if (errors >= 0)
    ::close(errors);
  pid = 0;
  errors = -1;
}

} // namespace

std::string why_not_traceable() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return "no pipe";
  auto child = ::fork();
  if (child == 0) {
    ::close(ends[1]);
    char byte;
    ::_exit(::read(ends[0], &byte, 1) > 0);
  }
  pid_t tracer = 0;
  int errors = -1;
  auto problem = start_strace({"strace", "-o", "/dev/null", "-p", std::to_string(child)}, tracer, errors);
  end_strace(tracer, errors);
  ::close(ends[0]);
  ::close(ends[1]);
  ::waitpid(child, nullptr, 0);
  return problem;
}

subject_threads threads_of(subject_process& subject) {
  // The second answer comes after the watch was set up: the store's thread does one thing after another.
  subject.ask({{"do", "reload"}});
  auto before = reads_of_all(subject.pid());
  subject.ask({{"do", "reload"}});
  auto after = reads_of_all(subject.pid());
  subject_threads found;
  long most = 0;
  auto name_of = [&](pid_t id) {
    return read_text("/proc/" + std::to_string(subject.pid()) + "/task/" + std::to_string(id) + "/comm");
  };
  for (auto& [id, count] : after) {
    if (id == subject.pid())
      continue;
    if (count - before[id] > most) {
      most = count - before[id];
      found.store = id;
    }
    if (name_of(id) == name_of(subject.pid())) // no actor: the transport's own
      found.wire = id;
  }
  return found;
}

traced_thread::traced_thread(pid_t thread, const std::vector<std::string>& expressions) {
  std::vector<std::string> arguments = {"strace", "-s", "32", "-y", "-o", directory_ / "log"};
  for (auto& each : expressions) {
    arguments.emplace_back("-e");
    arguments.push_back(each);
  }
  arguments.emplace_back("-p");
  arguments.push_back(std::to_string(thread));
  if (auto problem = start_strace(std::move(arguments), pid_, errors_); !problem.empty())
    throw std::runtime_error{"strace: " + problem};
}

void traced_thread::detach() { end_strace(pid_, errors_); }

void traced_thread::wait() {
  if (pid_ > 0)
    ::waitpid(std::exchange(pid_, 0), nullptr, 0);
  detach();
}

std::vector<std::string> traced_thread::lines() const {
  std::vector<std::string> found;
  std::istringstream text{read_text(directory_ / "log")};
  for (std::string line; std::getline(text, line);)
    found.push_back(line);
  return found;
}

bool traced_thread::was_killed() const {
  auto all = lines();
  return !all.empty() && all.back().find("killed by SIGKILL") != std::string::npos;
}

std::vector<system_call> calls_in(const std::vector<std::string>& lines) {
  static const std::regex temporary{R"(\.breakwater-[A-Za-z0-9]{6}(?![A-Za-z0-9]))"};
  std::vector<system_call> found;
  std::map<std::string, int> counts;
  for (auto& line : lines) {
    auto end = line.find('(');
    if (end == std::string::npos || !std::isalpha(static_cast<unsigned char>(line.front())))
      continue;
    system_call call{line.substr(0, end), std::regex_replace(line, temporary, ".breakwater-XXXXXX")};
    call.count = ++counts[call.name];
    found.push_back(std::move(call));
  }
  return found;
}

} // namespace breakwater::testing
