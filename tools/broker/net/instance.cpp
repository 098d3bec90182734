#include "breakwater/tools/broker/net/instance.hpp"

#include <charconv>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace breakwater::broker {

namespace {

/// The pid that the holder of the lock wrote; zero: none that can be read.
int read_pid(int descriptor) {
  char text[32];
  auto count = uninterrupted([&] { return ::pread(descriptor, text, sizeof text, 0); });
  int pid = 0;
  if (count > 0)
    std::from_chars(text, text + count, pid);
  return pid;
}

bool write_pid(int descriptor) {
  auto text = std::to_string(::getpid()) + "\n";
  return ::ftruncate(descriptor, 0) == 0 &&
         ::pwrite(descriptor, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
}

std::string check_directory(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
    return describe_errno("make the socket's directory", path, errno) + "; make it, or choose another socket";
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0)
    return describe_errno("look at the socket's directory", path, errno);
  if (!S_ISDIR(about.st_mode))
    return path + " is no directory: choose another socket";
  if (about.st_uid != ::geteuid())
    return "the socket's directory " + path + " belongs to another user: choose one of your own";
  if (about.st_mode & (S_IWGRP | S_IWOTH))
    return "the socket's directory " + path + " may be written by others: chmod 700 it, or choose another socket";
  return {};
}

} // namespace

std::string directory_of(const std::string& path) {
  auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

std::string instance::take(const std::string& socket_path) {
  if (auto problem = check_directory(directory_of(socket_path)); !problem.empty())
    return problem;
  auto path = socket_path + ".lock";
  lock_ =
      unique_fd{uninterrupted([&] { return ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600); })};
  if (!lock_)
    return describe_errno("open", path, errno);
  if (uninterrupted([&] { return ::flock(lock_.get(), LOCK_EX | LOCK_NB); }) != 0) {
    auto pid = read_pid(lock_.get());
    auto who = pid > 0 ? "process " + std::to_string(pid) : std::string{"another process"};
    return "a broker runs already: " + who + " listens on " + socket_path + "; end it first, or choose another socket";
  }
  if (!write_pid(lock_.get()))
    return describe_errno("write", path, errno);
  return {};
}

} // namespace breakwater::broker
