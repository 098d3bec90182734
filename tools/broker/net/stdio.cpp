#include "breakwater/tools/broker/net/stdio.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>

namespace breakwater::broker {

namespace {

/// A full pipe makes a writer wait: a bigger one lets a batch of answers out in one call.
constexpr int pipe_bytes = 1 << 20;

bool is_socket(int descriptor) {
  struct stat about {};
  return ::fstat(descriptor, &about) == 0 && S_ISSOCK(about.st_mode);
}

unique_fd duplicate(int descriptor) { return unique_fd{::fcntl(descriptor, F_DUPFD_CLOEXEC, 3)}; }

/// Pipes and terminals are opened again: O_NONBLOCK belongs to what is open, and others have it open, too.
unique_fd reopen(int descriptor, int mode) {
  struct stat about {};
  if (::fstat(descriptor, &about) != 0 || !(S_ISFIFO(about.st_mode) || S_ISCHR(about.st_mode)))
    return duplicate(descriptor);
  auto path = "/proc/self/fd/" + std::to_string(descriptor);
  unique_fd own{uninterrupted([&] { return ::open(path.c_str(), mode | O_NONBLOCK | O_CLOEXEC | O_NOCTTY); })};
  if (own)
    return own;
  own = duplicate(descriptor); // of another user: then it has to be changed for all
  if (own && mode == O_WRONLY)
    ::fcntl(own.get(), F_SETFL, ::fcntl(own.get(), F_GETFL) | O_NONBLOCK);
  return own;
}

} // namespace

channel open_stdio(int input, int output) {
  channel made;
  made.is_socket = is_socket(output);
  made.input = reopen(input, O_RDONLY);
  made.output = made.is_socket ? duplicate(output) : reopen(output, O_WRONLY);
  if (made.output && !made.is_socket)
    ::fcntl(made.output.get(), F_SETPIPE_SZ, pipe_bytes); // as far as the system allows
  return made;
}

} // namespace breakwater::broker
