#pragma once
#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <unistd.h>

/// The few things that every system call here needs.
namespace breakwater {

/// Owns a file descriptor.
class unique_fd {
public:
  unique_fd() = default;
  explicit unique_fd(int fd) noexcept : fd_{fd} {}
  unique_fd(unique_fd&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
  unique_fd& operator=(unique_fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~unique_fd() { reset(); }

  explicit operator bool() const noexcept { return fd_ >= 0; }
  int get() const noexcept { return fd_; }
  /// Closes it. Linux frees the descriptor even if close is interrupted, so it is never tried twice.
  void reset() noexcept {
    if (fd_ >= 0)
      ::close(fd_);
    fd_ = -1;
  }

private:
  int fd_ = -1;
};

/// Repeats a system call that a signal interrupted.
template <class Call>
auto uninterrupted(Call call) {
  auto result = call();
  while (result == -1 && errno == EINTR)
    result = call();
  return result;
}

/// "cannot open /home/me/auth.json: Permission denied", from `number`, a value of errno.
inline std::string describe_errno(std::string_view doing, std::string_view path, int number) {
  return std::string{"cannot "}.append(doing).append(" ").append(path).append(": ").append(
      std::generic_category().message(number));
}

} // namespace breakwater
