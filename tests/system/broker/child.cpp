#include "child.hpp"

#include <csignal>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <grp.h>
#include <sys/socket.h>
#include <sys/wait.h>

namespace breakwater::testing {

namespace {

struct two_ends {
  unique_fd read, write;
};

two_ends make_pipe(bool of_sockets) {
  int ends[2] = {-1, -1};
  if ((of_sockets ? ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) : ::pipe2(ends, O_CLOEXEC)) != 0)
    return {};
  return {unique_fd{ends[0]}, unique_fd{ends[1]}};
}

/// A broker that ends must not end the test that writes to it.
[[maybe_unused]] const auto no_broken_pipe = ::signal(SIGPIPE, SIG_IGN);

std::vector<char*> pointers(std::vector<std::string>& of) {
  std::vector<char*> out;
  for (auto& one : of)
    out.push_back(one.data());
  out.push_back(nullptr);
  return out;
}

} // namespace

child::child(const child_options& options) : error_file_(options.error_file) {
  auto in = make_pipe(options.sockets), out = make_pipe(options.sockets);
  auto arguments = options.arguments;
  std::vector<std::string> variables;
  for (auto& [name, value] : options.environment)
    variables.push_back(name + "=" + value);
  auto argv = pointers(arguments), envp = pointers(variables);
  unique_fd errors{::open(error_file_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)};
  id_ = ::fork();
  if (id_ == 0) {
    ::dup2(in.read.get(), 0);
    ::dup2(out.write.get(), 1);
    ::dup2(errors.get(), 2);
    ::signal(SIGPIPE, SIG_DFL);
    if (options.user != 0 &&
        (::setgroups(0, nullptr) != 0 || ::setgid(options.user) != 0 || ::setuid(options.user) != 0))
      ::_exit(126);
    ::execve(argv[0], argv.data(), envp.data());
    ::_exit(127);
  }
  input = std::move(in.write);
  output = std::move(out.read);
}

child::~child() {
  if (id_ <= 0 || code_)
    return;
  ::kill(id_, SIGKILL);
  ::waitpid(id_, nullptr, 0);
}

void child::signal(int number) const { ::kill(id_, number); }

bool child::is_running() {
  if (code_)
    return false;
  int status = 0;
  if (::waitpid(id_, &status, WNOHANG) != id_)
    return true;
  code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return false;
}

std::optional<int> child::wait(std::chrono::milliseconds at_most) {
  auto end = std::chrono::steady_clock::now() + at_most;
  while (is_running()) {
    if (std::chrono::steady_clock::now() > end)
      return std::nullopt;
    ::usleep(500);
  }
  return code_;
}

std::string child::errors() const {
  std::ifstream file{error_file_};
  std::stringstream out;
  out << file.rdbuf();
  return out.str();
}

bool child::says(const std::string& text) const {
  return eventually([&] { return errors().find(text) != std::string::npos; });
}

long child::status_number(const std::string& name) const {
  std::ifstream file{"/proc/" + std::to_string(id_) + "/status"};
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(name))
      return std::stol(line.substr(name.size()));
  return -1;
}

} // namespace breakwater::testing
