// Loaded into a program under test (LD_PRELOAD): its machine was suspended. The clock that runs through suspend and the
// wall clock are ahead by what a shared file says; the monotonic clock, which stops, is not.
#include <cstdint>
#include <cstdlib>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

namespace {

/// Nanoseconds, written by the test at any moment.
const volatile int64_t* find_offset() {
  auto* path = ::getenv("BREAKWATER_SUSPENDED_FILE");
  auto fd = path ? ::open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (fd < 0)
    return nullptr;
  auto* shared = ::mmap(nullptr, sizeof(int64_t), PROT_READ, MAP_SHARED, fd, 0);
  ::close(fd);
  return shared == MAP_FAILED ? nullptr : static_cast<const volatile int64_t*>(shared);
}

} // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* out) noexcept {
  constexpr int64_t second = 1'000'000'000;
  static const auto* offset = find_offset();
  auto result = static_cast<int>(::syscall(SYS_clock_gettime, clock, out));
  if (result != 0 || !offset || (clock != CLOCK_BOOTTIME && clock != CLOCK_REALTIME))
    return result;
  auto nanoseconds = out->tv_nsec + *offset % second;
  out->tv_sec += *offset / second + nanoseconds / second;
  out->tv_nsec = nanoseconds % second;
  return 0;
}
