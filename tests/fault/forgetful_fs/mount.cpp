#include "breakwater/tests/fault/forgetful_fs/mount.hpp"

#include "breakwater/tests/fault/forgetful_fs/operations.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

namespace breakwater::testing {

namespace {

void write_line(const char* path, const std::string& text) {
  auto fd = ::open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0)
    return;
  [[maybe_unused]] auto size = ::write(fd, text.data(), text.size());
  ::close(fd);
}

/// Mounts of this thread are nobody else's. Who is not root becomes so in a user namespace.
std::optional<std::string> leave_common_mounts() {
  auto user = ::geteuid(), group = ::getegid();
  if (user == 0 ? ::unshare(CLONE_NEWNS) != 0 : ::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
    return std::string{"no mount namespace of our own: "} + std::strerror(errno);
  if (user != 0) {
    write_line("/proc/self/setgroups", "deny");
    write_line("/proc/self/uid_map", "0 " + std::to_string(user) + " 1");
    write_line("/proc/self/gid_map", "0 " + std::to_string(group) + " 1");
  }
  if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    return std::string{"mounts stay common: "} + std::strerror(errno);
  return std::nullopt;
}

} // namespace

forgetful_mount::forgetful_mount() {
  disk_.sync_all();
  static thread_local const auto no_namespace = leave_common_mounts();
  problem_ = no_namespace ? no_namespace : mount();
}

std::optional<std::string> forgetful_mount::mount() {
  if (::access("/dev/fuse", R_OK | W_OK) != 0)
    return std::string{"/dev/fuse: "} + std::strerror(errno);
  // No answer is kept by the kernel: the disk may be another one after a cut.
  const char* words[] = {"forgetful", "-ofsname=forgetful,subtype=forgetful,default_permissions"};
  fuse_args arguments = FUSE_ARGS_INIT(2, const_cast<char**>(words));
  fuse_ = ::fuse_new(&arguments, &forgetful_operations(), sizeof(fuse_operations), this);
  ::fuse_opt_free_args(&arguments);
  if (!fuse_)
    return "fuse_new failed";
  if (::fuse_mount(fuse_, place_.path().c_str()) != 0) {
    ::fuse_destroy(fuse_);
    fuse_ = nullptr;
    return "fuse_mount failed";
  }
  loop_ = std::thread{[this] { ::fuse_loop(fuse_); }};
  return std::nullopt;
}

forgetful_mount::~forgetful_mount() {
  if (!fuse_)
    return;
  ::umount2(place_.path().c_str(), MNT_FORCE); // answers whoever still waits, and ends the loop
  ::umount2(place_.path().c_str(), MNT_DETACH);
  ::fuse_exit(fuse_);
  loop_.join();
  ::fuse_unmount(fuse_);
  ::fuse_destroy(fuse_);
}

void forgetful_mount::settle() {
  std::lock_guard lock{mutex_};
  disk_.sync_all();
}

void forgetful_mount::record() {
  std::lock_guard lock{mutex_};
  recording_ = true;
  moments_.clear();
}

std::vector<disk_moment> forgetful_mount::recorded() const {
  std::lock_guard lock{mutex_};
  return moments_;
}

size_t forgetful_mount::recorded_count() const {
  std::lock_guard lock{mutex_};
  return moments_.size();
}

void forgetful_mount::cut_after(size_t operations) {
  std::lock_guard lock{mutex_};
  left_ = operations;
}

bool forgetful_mount::wait_for_cut(std::chrono::milliseconds deadline) {
  std::unique_lock lock{mutex_};
  return cut_.wait_for(lock, deadline, [this] { return !has_power(); });
}

forgetful_disk forgetful_mount::disk() const {
  std::lock_guard lock{mutex_};
  return disk_;
}

void forgetful_mount::power_on(forgetful_disk disk) {
  std::lock_guard lock{mutex_};
  disk_ = std::move(disk);
  recording_ = false;
  left_.reset();
}

void forgetful_mount::written(std::string operation) {
  if (operation.empty())
    return;
  if (recording_)
    moments_.push_back({std::move(operation), disk_});
  if (left_ && --*left_ == 0)
    cut_.notify_all();
}

} // namespace breakwater::testing
