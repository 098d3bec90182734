#include "breakwater/storage/file_lock.hpp"

#include "breakwater/storage/file_checks.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace breakwater {

namespace {

/// How often a lock file may be replaced while we take it before that counts as a failure.
constexpr int replacement_count_max = 16;

} // namespace

file_lock::outcome file_lock::try_take(const std::string& path, uid_t user, failure& error) {
  auto fail = [&](std::string message) {
    error = {ec::store_unwritable, std::move(message)};
    return outcome::failed;
  };
  for (int i = 0; i < replacement_count_max; ++i) {
    unique_fd fd{uninterrupted([&] {
      return ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, S_IRUSR | S_IWUSR);
    })};
    if (!fd)
      return fail(describe_errno("open the lock file", path, errno));
    struct stat found {};
    if (::fstat(fd.get(), &found) != 0)
      return fail(describe_errno("look at", path, errno));
    if (auto problem = problem_of_file(found, user, path))
      return fail(std::move(*problem));
    if (uninterrupted([&] { return ::flock(fd.get(), LOCK_EX | LOCK_NB); }) != 0)
      return errno == EWOULDBLOCK ? outcome::busy : fail(describe_errno("lock", path, errno));
    fd_ = std::move(fd);
    if (is_held_at(path))
      return outcome::taken;
    release();
  }
  return fail(path + ": somebody keeps replacing this lock file");
}

bool file_lock::is_held_at(const std::string& path) const {
  struct stat ours {
  }, there{};
  return fd_ && ::fstat(fd_.get(), &ours) == 0 && ::lstat(path.c_str(), &there) == 0 && ours.st_dev == there.st_dev &&
         ours.st_ino == there.st_ino;
}

void file_lock::release() noexcept {
  if (fd_)
    ::flock(fd_.get(), LOCK_UN); // said aloud: a forked child may still hold a copy of the descriptor
  fd_.reset();
}

} // namespace breakwater
