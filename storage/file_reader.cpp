#include "breakwater/storage/file_reader.hpp"

#include "breakwater/storage/file_checks.hpp"
#include "breakwater/storage/posix.hpp"

#include <fcntl.h>
#include <sys/stat.h>

namespace breakwater {

namespace {

file_content failed(std::string message) {
  file_content made;
  made.error = {ec::store_unreadable, std::move(message)};
  return made;
}

int64_t nanoseconds(const timespec& time) { return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec; }

file_version version_from(const struct stat& found) {
  return {found.st_dev, found.st_ino, static_cast<uint64_t>(found.st_size), nanoseconds(found.st_mtim),
          nanoseconds(found.st_ctim)};
}

std::string too_large(const std::string& path) {
  return path + ": larger than " + std::to_string(file_size_max) + " bytes; this is not the file that belongs here";
}

} // namespace

file_content read_file(const std::string& path, uid_t user) {
  struct stat found {};
  // Looked at before it is opened: opening a device or a FIFO can have effects of its own.
  if (::lstat(path.c_str(), &found) != 0)
    return errno == ENOENT ? file_content{} : failed(describe_errno("look at", path, errno));
  if (auto problem = problem_of_file(found, user, path))
    return failed(std::move(*problem));
  unique_fd fd{
      uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY); })};
  if (!fd)
    return errno == ENOENT ? file_content{} : failed(describe_errno("open", path, errno));
  if (::fstat(fd.get(), &found) != 0)
    return failed(describe_errno("look at", path, errno));
  if (auto problem = problem_of_file(found, user, path))
    return failed(std::move(*problem));
  if (found.st_size > static_cast<off_t>(file_size_max))
    return failed(too_large(path));
  file_content content;
  content.exists = true;
  content.name_count = found.st_nlink;
  content.version = version_from(found);
  content.text.resize(static_cast<size_t>(found.st_size) + 1);
  size_t size = 0;
  for (;;) {
    auto got = uninterrupted([&] { return ::read(fd.get(), content.text.data() + size, content.text.size() - size); });
    if (got < 0)
      return failed(describe_errno("read", path, errno));
    if (got == 0)
      break;
    size += static_cast<size_t>(got);
    if (size > file_size_max)
      return failed(too_large(path));
    if (size == content.text.size())
      content.text.resize(2 * size);
  }
  content.text.resize(size);
  return content;
}

file_version version_of(const std::string& path) {
  struct stat found {};
  return ::lstat(path.c_str(), &found) == 0 ? version_from(found) : file_version{};
}

} // namespace breakwater
