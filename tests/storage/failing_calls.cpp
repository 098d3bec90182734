#include "breakwater/tests/storage/failing_calls.hpp"

#include <atomic>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

std::atomic<int> remaining{0}, failed_count{0}, error_number{0};
std::atomic<breakwater::testing::failing_call> which{};
std::function<void()> action;

bool fails(breakwater::testing::failing_call call) {
  if (remaining <= 0 || which != call)
    return false;
  --remaining;
  ++failed_count;
  errno = error_number;
  return true;
}

} // namespace

extern "C" int fsync(int fd) {
  using breakwater::testing::failing_call;
  struct stat found {};
  auto is_directory = ::fstat(fd, &found) == 0 && S_ISDIR(found.st_mode);
  if (fails(is_directory ? failing_call::fsync_directory : failing_call::fsync_file))
    return -1;
  return static_cast<int>(::syscall(SYS_fsync, fd));
}

extern "C" int rename(const char* from, const char* to) noexcept {
  if (auto once = std::exchange(action, nullptr))
    once();
  if (fails(breakwater::testing::failing_call::rename))
    return -1;
  return static_cast<int>(::syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
}

namespace breakwater::testing {

failing_calls::failing_calls(failing_call call, int number, int count) {
  which = call;
  error_number = number;
  failed_count = 0;
  remaining = count;
}

failing_calls::~failing_calls() { remaining = 0; }

int failing_calls::failed() const { return failed_count; }

before_rename::before_rename(std::function<void()> once) { action = std::move(once); }

before_rename::~before_rename() { action = nullptr; }

} // namespace breakwater::testing
