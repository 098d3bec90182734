#include "breakwater/tools/storm/child_process.hpp"

#include <cerrno>
#include <csignal>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace breakwater::storm {

namespace {

std::string words_of(int error) { return std::generic_category().message(error); }

} // namespace

child_process::child_process(const std::string& program, const std::vector<std::string>& arguments) {
  int to[2], from[2];
  if (::pipe2(to, O_CLOEXEC) != 0) {
    problem_ = "no pipe: " + words_of(errno);
    return;
  }
  to_ = to[1];
  if (::pipe2(from, O_CLOEXEC | O_NONBLOCK) != 0) {
    problem_ = "no pipe: " + words_of(errno);
    ::close(to[0]);
    return;
  }
  from_ = from[0];
  // Only our end of its output must not block.
  ::fcntl(from[1], F_SETFL, ::fcntl(from[1], F_GETFL) & ~O_NONBLOCK);
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_adddup2(&files, to[0], STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&files, from[1], STDOUT_FILENO);
  // A group of its own: an interrupt at the terminal is for the one that started it, which then ends it.
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  auto words = arguments;
  words.insert(words.begin(), program);
  std::vector<char*> argv;
  for (auto& each : words)
    argv.push_back(each.data());
  argv.push_back(nullptr);
  if (auto error = ::posix_spawn(&pid_, program.c_str(), &files, &attributes, argv.data(), environ); error != 0) {
    pid_ = 0;
    problem_ = program + ": cannot be started: " + words_of(error);
  }
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&files);
  ::close(to[0]);
  ::close(from[1]);
}

child_process::~child_process() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR)
      ;
  }
  for (auto fd : {to_, from_})
    if (fd >= 0)
      ::close(fd);
}

void child_process::say(const std::string& text) {
  for (std::string_view rest = text; !rest.empty();) {
    auto size = ::write(to_, rest.data(), rest.size());
    if (size < 0 && errno == EINTR)
      continue;
    if (size <= 0)
      return; // it is gone: its output ends too
    rest.remove_prefix(static_cast<size_t>(size));
  }
}

std::vector<std::string> child_process::lines() {
  char bytes[64 * 1024];
  for (ssize_t size = 0; !is_over_ && (size = ::read(from_, bytes, sizeof bytes)) != -1;) {
    is_over_ = size == 0;
    buffer_.append(bytes, static_cast<size_t>(size));
  }
  std::vector<std::string> taken;
  size_t begin = 0;
  for (auto end = buffer_.find('\n'); end != std::string::npos; end = buffer_.find('\n', begin)) {
    taken.push_back(buffer_.substr(begin, end - begin));
    begin = end + 1;
  }
  buffer_.erase(0, begin);
  return taken;
}

} // namespace breakwater::storm
