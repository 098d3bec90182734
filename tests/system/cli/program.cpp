#include "program.hpp"

#include <array>
#include <chrono>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace breakwater::testing {

namespace {

struct pipe_ends {
  int read = -1, write = -1;
  pipe_ends() {
    std::array<int, 2> both{};
    if (::pipe2(both.data(), O_CLOEXEC) == 0) {
      read = both[0];
      write = both[1];
    }
  }
};

void close_if_open(int& fd) {
  if (fd >= 0)
    ::close(fd);
  fd = -1;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (auto& each : texts)
    out.push_back(each.data());
  out.push_back(nullptr);
  return out;
}

} // namespace

program::program(const std::vector<std::string>& arguments, const variables& environment,
                 std::optional<std::string> input) {
  pipe_ends in, out, err;
  std::vector<std::string> words{BREAKWATER_PROGRAM};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> settings;
  for (const auto& [name, value] : environment)
    settings.push_back(name + '=' + value);
  auto argv = pointers(words), envp = pointers(settings);
  id_ = ::fork();
  if (id_ == 0) {
    ::dup2(in.read, 0);
    ::dup2(out.write, 1);
    ::dup2(err.write, 2);
    ::execve(argv[0], argv.data(), envp.data());
    ::_exit(127);
  }
  close_if_open(in.read);
  close_if_open(out.write);
  close_if_open(err.write);
  out_ = out.read;
  err_ = err.read;
  in_ = in.write;
  if (!input)
    return;
  auto ignored = ::signal(SIGPIPE, SIG_IGN);
  if (::write(in_, input->data(), input->size()) < 0)
    ran_.err += "(the test could not write to its standard input)\n";
  ::signal(SIGPIPE, ignored);
  close_if_open(in_);
}

program::~program() {
  if (id_ > 0) {
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
  }
  close_if_open(in_);
  close_if_open(out_);
  close_if_open(err_);
}

void program::send(int signal) const {
  if (id_ > 0)
    ::kill(id_, signal);
}

void program::close_output() { close_if_open(out_); }

bool program::read_some(int wait_milliseconds) {
  std::array<pollfd, 2> both{{{out_, POLLIN, 0}, {err_, POLLIN, 0}}};
  if (::poll(both.data(), both.size(), wait_milliseconds) <= 0)
    return true;
  std::array<char, 65536> piece{};
  for (auto [fd, text] : {std::pair{&out_, &ran_.out}, std::pair{&err_, &ran_.err}}) {
    auto ready = fd == &out_ ? both[0].revents : both[1].revents;
    if (*fd < 0 || ready == 0)
      continue;
    auto count = ::read(*fd, piece.data(), piece.size());
    if (count > 0)
      text->append(piece.data(), static_cast<size_t>(count));
    else
      close_if_open(*fd);
  }
  return out_ >= 0 || err_ >= 0;
}

bool program::says(const std::string& text) {
  auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  auto said = [&] { return (ran_.out + ran_.err).find(text) != std::string::npos; };
  while (!said() && std::chrono::steady_clock::now() < end)
    if (!read_some(100))
      break;
  return said();
}

ran program::wait() {
  auto end = std::chrono::steady_clock::now() + std::chrono::seconds{60};
  while (read_some(100) && std::chrono::steady_clock::now() < end) {
  }
  int status = 0;
  if (out_ >= 0 || err_ >= 0)
    ::kill(id_, SIGKILL);
  if (id_ > 0 && ::waitpid(id_, &status, 0) == id_)
    ran_.code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  id_ = -1;
  return ran_;
}

ran run(const std::vector<std::string>& arguments, const program::variables& environment,
        std::optional<std::string> input) {
  return program{arguments, environment, std::move(input)}.wait();
}

} // namespace breakwater::testing
