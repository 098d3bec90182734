#include "breakwater/tests/process/subject_process.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace breakwater::testing {

namespace {

using clock = std::chrono::steady_clock;

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> made;
  for (auto& each : texts)
    made.push_back(each.data());
  made.push_back(nullptr);
  return made;
}

struct pipe_pair {
  int read_end = -1, write_end = -1;
  pipe_pair() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
      throw std::runtime_error{"no pipe"};
    read_end = ends[0];
    write_end = ends[1];
  }
};

} // namespace

subject_process::subject_process(const options& with) {
  auto argv = with.wrapper;
  argv.push_back(BREAKWATER_SUBJECT);
  argv.insert(argv.end(), with.arguments.begin(), with.arguments.end());
  auto arguments = pointers_to(argv);
  pipe_pair to, from;
  errors_ = ::memfd_create("standard error", MFD_CLOEXEC);
  ::signal(SIGPIPE, SIG_IGN); // a program that is gone hears nothing: an error of write, not our end
  pid_ = ::fork();
  if (pid_ < 0)
    throw std::runtime_error{"no process"};
  if (pid_ == 0) {
    ::signal(SIGPIPE, SIG_DFL);
    ::dup2(to.read_end, STDIN_FILENO);
    ::dup2(from.write_end, STDOUT_FILENO);
    ::dup2(errors_, STDERR_FILENO);
    for (const auto& each : with.environment)
      ::putenv(const_cast<char*>(each.c_str()));
    ::execvp(arguments[0], arguments.data());
    ::perror(arguments[0]);
    ::_exit(127);
  }
  ::close(to.read_end);
  ::close(from.write_end);
  to_ = to.write_end;
  from_ = from.read_end;
}

subject_process::~subject_process() {
  if (pid_ > 0) {
    ::kill(pid_, SIGCONT);
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  for (auto fd : {to_, from_, errors_})
    if (fd >= 0)
      ::close(fd);
}

bool subject_process::read_line(nlohmann::json& line, clock::time_point until) {
  for (;;) {
    if (auto end = buffer_.find('\n'); end != std::string::npos) {
      line = nlohmann::json::parse(buffer_.substr(0, end), nullptr, false);
      buffer_.erase(0, end + 1);
      return true;
    }
    auto left = std::chrono::ceil<std::chrono::milliseconds>(until - clock::now()).count();
    pollfd waits{from_, POLLIN, 0};
    if (::poll(&waits, 1, static_cast<int>(std::max<int64_t>(left, 0))) <= 0)
      return false;
    char bytes[64 * 1024];
    auto size = ::read(from_, bytes, sizeof bytes);
    if (size <= 0)
      return false;
    buffer_.append(bytes, static_cast<size_t>(size));
  }
}

bool subject_process::is_ready(std::chrono::milliseconds deadline) {
  nlohmann::json line;
  return ready_ = ready_ || (read_line(line, clock::now() + deadline) && line.value("ready", false));
}

int subject_process::tell(nlohmann::json command) {
  command["id"] = ++last_id_;
  auto text = command.dump() + "\n";
  for (std::string_view rest = text; !rest.empty();) {
    auto size = ::write(to_, rest.data(), rest.size());
    if (size <= 0)
      break;
    rest.remove_prefix(static_cast<size_t>(size));
  }
  return last_id_;
}

nlohmann::json subject_process::answers_to(int id, std::chrono::milliseconds deadline) {
  auto until = clock::now() + deadline;
  if (!is_ready(deadline))
    return nlohmann::json::array();
  for (;;) {
    auto found = std::ranges::find_if(lines_, [&](const auto& line) { return line.value("id", 0) == id; });
    if (found != lines_.end()) {
      auto answers = std::move((*found)["answers"]);
      lines_.erase(found);
      return answers;
    }
    nlohmann::json line;
    if (!read_line(line, until))
      return nlohmann::json::array();
    lines_.push_back(std::move(line));
  }
}

nlohmann::json subject_process::ask(nlohmann::json command, std::chrono::milliseconds deadline) {
  auto answers = answers_to(tell(std::move(command)), deadline);
  return answers.size() == 1 ? std::move(answers[0]) : nlohmann::json{};
}

std::vector<nlohmann::json> subject_process::notices() {
  for (nlohmann::json line; read_line(line, clock::now());)
    if (line.value("ready", false))
      ready_ = true;
    else
      lines_.push_back(std::move(line));
  auto rest = std::stable_partition(lines_.begin(), lines_.end(), [](const auto& line) { return line.contains("id"); });
  std::vector<nlohmann::json> taken{std::make_move_iterator(rest), std::make_move_iterator(lines_.end())};
  lines_.erase(rest, lines_.end());
  return taken;
}

void subject_process::signal(int number) {
  if (pid_ > 0)
    ::kill(pid_, number);
}

void subject_process::end_input() { ::close(std::exchange(to_, -1)); }

int subject_process::finish(std::chrono::milliseconds deadline) {
  end_input();
  return wait(deadline);
}

bool subject_process::has_ended() const {
  siginfo_t ended{};
  return pid_ == 0 ||
         (::waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid == pid_);
}

int subject_process::wait(std::chrono::milliseconds deadline) {
  // Its output ends with it; reading on also keeps it from blocking on a full pipe.
  auto until = clock::now() + deadline;
  for (nlohmann::json line; read_line(line, until);)
    lines_.push_back(std::move(line));
  if (clock::now() >= until)
    ::kill(pid_, SIGKILL);
  int status = 0;
  ::waitpid(std::exchange(pid_, 0), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

std::string subject_process::errors() {
  std::string text(static_cast<size_t>(std::max<off_t>(0, ::lseek(errors_, 0, SEEK_END))), '\0');
  auto size = ::pread(errors_, text.data(), text.size(), 0);
  text.resize(static_cast<size_t>(std::max<ssize_t>(0, size)));
  return text;
}

} // namespace breakwater::testing
