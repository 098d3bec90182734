#include "breakwater/tests/fault/own_mounts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <linux/fs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

namespace breakwater::testing {

own_mounts::own_mounts() {
  if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    problem_ = std::string{"a mount namespace: "} + std::strerror(errno);
}

own_mounts::~own_mounts() {
  while (!mounted_.empty())
    unmount(std::string{mounted_.back()});
}

void own_mounts::expect_mounted(int result, const std::string& directory) {
  EXPECT_EQ(result, 0) << directory << ": " << std::strerror(errno);
  mounted_.push_back(directory);
}

void own_mounts::mount_tmpfs(const std::string& directory, size_t kibibytes) {
  std::filesystem::create_directories(directory);
  auto options = "mode=700,size=" + std::to_string(kibibytes) + "k";
  expect_mounted(::mount("tmpfs", directory.c_str(), "tmpfs", 0, options.c_str()), directory);
}

void own_mounts::mount_ext4(const std::string& directory, const std::string& image) {
  std::filesystem::create_directories(directory);
  auto command = "truncate -s 4m " + image + " && PATH=$PATH:/sbin:/usr/sbin mkfs.ext4 -q -F -O ^has_journal " + image +
                 " 2>&1 && mount -o loop " + image + " " + directory;
  expect_mounted(std::system(command.c_str()), directory);
}

void own_mounts::cover_read_only(const std::string& directory) {
  auto path = directory.c_str();
  expect_mounted(::mount(path, path, nullptr, MS_BIND, nullptr), directory);
  EXPECT_EQ(::mount(nullptr, path, nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr), 0) << std::strerror(errno);
}

void own_mounts::unmount(const std::string& directory) {
  auto last = std::find(mounted_.rbegin(), mounted_.rend(), directory);
  if (last != mounted_.rend())
    mounted_.erase(std::next(last).base());
  ::umount2(directory.c_str(), MNT_DETACH);
}

filled_disk::filled_disk(const std::string& directory) : path_{directory + "/filler"} {
  auto fd = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  EXPECT_GE(fd, 0);
  char block[4096] = {};
  while (::write(fd, block, sizeof block) > 0) {
  }
  EXPECT_EQ(errno, ENOSPC);
  ::close(fd);
}

void filled_disk::give_back() { ::unlink(path_.c_str()); }

bool set_immutable(const std::string& path, bool immutable) {
  auto fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  int flags = 0;
  auto done = ::ioctl(fd, FS_IOC_GETFLAGS, &flags) == 0;
  flags = immutable ? flags | FS_IMMUTABLE_FL : flags & ~FS_IMMUTABLE_FL;
  done = done && ::ioctl(fd, FS_IOC_SETFLAGS, &flags) == 0;
  ::close(fd);
  return done;
}

} // namespace breakwater::testing
