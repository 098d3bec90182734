#include "breakwater/storage/open_store.hpp"

#include <atomic>
#include <cstdio>
#include <cstdlib>

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/// A process that opens an automatic store and dies right before its N-th system call of those that can change
/// something outside: a message to the keyring, a sync, a rename, a removal. Replacing the C library's functions needs
/// no seam in the code.
///
///   auto_mover DIRECTORY [BUS_ADDRESS N]     0: it lived; 3: the store cannot be read, and says that there is no bus
namespace {

std::atomic<int> remaining{-1};

void count() {
  if (remaining > 0 && --remaining == 0)
    ::kill(::getpid(), SIGKILL);
}

} // namespace

extern "C" ssize_t sendmsg(int fd, const msghdr* message, int flags) {
  count();
  return ::syscall(SYS_sendmsg, fd, message, flags);
}

extern "C" int fsync(int fd) {
  count();
  return static_cast<int>(::syscall(SYS_fsync, fd));
}

extern "C" int rename(const char* from, const char* to) noexcept {
  count();
  return static_cast<int>(::syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
}

extern "C" int unlink(const char* path) noexcept {
  count();
  return static_cast<int>(::syscall(SYS_unlinkat, AT_FDCWD, path, 0));
}

int main(int argc, char** argv) {
  using namespace breakwater;
  store_choice choice;
  choice.path = std::string{argc > 1 ? argv[1] : "."} + "/auth.json";
  choice.mode = argc > 3 ? store_mode::automatic : store_mode::keyring;
  if (argc > 3) {
    choice.keyring.bus_address = argv[2];
    remaining = std::atoi(argv[3]);
  }
  auto opened = open_store(choice);
  auto loaded = argc > 3 ? opened.error : opened.store->load().error; // an automatic store has loaded already
  remaining = -1;
  std::fprintf(stderr, "%s\n", loaded.message.c_str());
  if (loaded.code == ec::store_unreadable)
    return loaded.message.find("cannot reach the session bus") == std::string::npos ? 4 : 3;
  return loaded ? 5 : 0;
}
