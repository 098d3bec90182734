#include "breakwater/storage/atomic_write.hpp"

#include "breakwater/storage/posix.hpp"

#include <algorithm>
#include <cctype>
#include <memory>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
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

failure write_all(int fd, std::string_view text, const std::string& path) {
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

void remove_leftovers(const file_place& place, uid_t user) {
  std::vector<std::string> prefixes = {temporary_prefix(place.file()), temporary_prefix(place.side_file()), ".auth-"};
  std::unique_ptr<DIR, int (*)(DIR*)> directory{::opendir(place.directory().c_str()), ::closedir};
  if (!directory)
    return;
  while (auto* entry = ::readdir(directory.get())) {
    struct stat found {};
    if (is_leftover(entry->d_name, prefixes) &&
        ::fstatat(::dirfd(directory.get()), entry->d_name, &found, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISREG(found.st_mode) && found.st_uid == user)
      ::unlinkat(::dirfd(directory.get()), entry->d_name, 0);
  }
}

} // namespace breakwater
