#include "breakwater/storage/atomic_write.hpp"

#include "breakwater/storage/posix.hpp"

#include <algorithm>
#include <cctype>
#include <memory>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

namespace breakwater {

namespace {

failure unwritable(std::string_view doing, const std::string& path, int number) {
  return {ec::store_unwritable, describe_errno(doing, path, number)};
}

std::string temporary_prefix(const file_hop& target) { return '.' + target.name + ".breakwater-"; }

/// A new, empty file beside the target, removed again unless it is given away.
class temporary_file {
public:
  explicit temporary_file(const file_hop& target)
      : path_{file_hop{target.directory, temporary_prefix(target) + "XXXXXX"}.path()}, fd_{::mkostemp(path_.data(),
                                                                                                      O_CLOEXEC)} {
    if (!fd_)
      number_ = errno;
  }
  temporary_file(const temporary_file&) = delete;
  ~temporary_file() {
    if (!given_away_ && number_ == 0)
      ::unlink(path_.c_str());
  }

  failure problem() const { return number_ ? unwritable("make", path_, number_) : failure{}; }
  const std::string& path() const { return path_; }
  int fd() const { return fd_.get(); }
  void give_away() { given_away_ = true; }

private:
  std::string path_;
  unique_fd fd_;
  int number_ = 0;
  bool given_away_ = false;
};

/// While it lives, a file that may not grow (RLIMIT_FSIZE) is an error of write for this thread, and no longer a signal
/// that ends the program. The signal that comes all the same is taken away before it can be delivered.
class no_file_size_signal {
public:
  no_file_size_signal() {
    ::sigemptyset(&signal_);
    ::sigaddset(&signal_, SIGXFSZ);
    sigset_t pending;
    ::sigpending(&pending);
    was_pending_ = ::sigismember(&pending, SIGXFSZ) == 1;
    ::pthread_sigmask(SIG_BLOCK, &signal_, &before_);
  }
  no_file_size_signal(const no_file_size_signal&) = delete;
  ~no_file_size_signal() {
    timespec at_once{};
    if (!was_pending_)
      uninterrupted([&] { return ::sigtimedwait(&signal_, nullptr, &at_once); });
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

private:
  sigset_t signal_, before_;
  bool was_pending_ = false;
};

failure write_all(int fd, std::string_view text, const std::string& path) {
  no_file_size_signal quiet;
  while (!text.empty()) {
    auto written = uninterrupted([&] { return ::write(fd, text.data(), text.size()); });
    if (written < 0)
      return unwritable("write", path, errno);
    text.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

failure sync(int fd, const std::string& path) {
  if (uninterrupted([&] { return ::fsync(fd); }) != 0)
    return unwritable("make durable (fsync)", path, errno);
  return {};
}

failure sync_directory(const std::string& path) {
  unique_fd fd{uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); })};
  if (!fd)
    return unwritable("open", path, errno);
  return sync(fd.get(), path);
}

failure rename_path(const std::string& from, const std::string& to) {
  if (uninterrupted([&] { return ::rename(from.c_str(), to.c_str()); }) != 0)
    return unwritable("rename " + from + " to", to, errno);
  return {};
}

bool is_leftover(std::string_view name, const std::vector<std::string>& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(), [&](auto& prefix) {
    return name.starts_with(prefix) && name.size() == prefix.size() + 6 &&
           std::all_of(name.begin() + static_cast<ptrdiff_t>(prefix.size()), name.end(),
                       [](unsigned char c) { return std::isalnum(c) != 0; });
  });
}

/// Calls `found` with the directory's descriptor and the name of each temporary file of a dead writer; it says whether
/// to go on.
template <class Found>
void for_each_leftover(const file_place& place, uid_t user, Found found) {
  std::vector<std::string> prefixes = {temporary_prefix(place.file()), temporary_prefix(place.side_file()),
                                       temporary_prefix(place.aside_file()), ".auth-"};
  std::unique_ptr<DIR, int (*)(DIR*)> directory{::opendir(place.directory().c_str()), ::closedir};
  if (!directory)
    return;
  while (auto* entry = ::readdir(directory.get())) {
    struct stat status {};
    if (is_leftover(entry->d_name, prefixes) &&
        ::fstatat(::dirfd(directory.get()), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISREG(status.st_mode) && status.st_uid == user && !found(::dirfd(directory.get()), entry->d_name))
      return;
  }
}

} // namespace

failure write_file(const file_hop& target, std::string_view text, const file_version* replaces) {
  temporary_file made{target};
  if (auto failed = made.problem())
    return failed;
  if (::fchmod(made.fd(), S_IRUSR | S_IWUSR) != 0)
    return unwritable("set the mode of", made.path(), errno);
  if (auto failed = write_all(made.fd(), text, made.path()))
    return failed;
  if (auto failed = sync(made.fd(), made.path()))
    return failed;
  if (replaces && version_of(target.path()) != *replaces)
    return {ec::store_unwritable, target.path() + ": changed by another program at this moment; try again"};
  if (auto failed = rename_path(made.path(), target.path()))
    return failed;
  made.give_away();
  return sync_directory(target.directory);
}

failure erase_file(const file_hop& target) {
  std::string aside;
  {
    temporary_file name_only{target};
    if (auto failed = name_only.problem())
      return failed;
    if (auto failed = rename_path(target.path(), name_only.path()))
      return failed;
    name_only.give_away();
    aside = name_only.path();
  }
  if (auto failed = sync_directory(target.directory)) {
    if (auto stuck = rename_path(aside, target.path()))
      failed.message += "; and the file is now " + aside;
    return failed;
  }
  ::unlink(aside.c_str());
  return {};
}

failure make_directory(const std::string& path) {
  if (::mkdir(path.c_str(), S_IRWXU) != 0)
    return errno == EEXIST ? failure{} : unwritable("make the directory", path, errno);
  auto slash = path.rfind('/');
  return sync_directory(slash == 0 ? "/" : path.substr(0, slash));
}

bool has_leftovers(const file_place& place, uid_t user) {
  bool any = false;
  for_each_leftover(place, user, [&](int, const char*) { return !(any = true); });
  return any;
}

void remove_leftovers(const file_place& place, uid_t user) {
  for_each_leftover(place, user, [](int directory, const char* name) {
    ::unlinkat(directory, name, 0);
    return true;
  });
}

} // namespace breakwater
