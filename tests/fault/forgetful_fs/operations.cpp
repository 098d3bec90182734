#include "breakwater/tests/fault/forgetful_fs/operations.hpp"

#include "breakwater/tests/fault/forgetful_fs/mount.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <sys/stat.h>
#include <unistd.h>

namespace breakwater::testing {

namespace {

forgetful_mount& here() { return *static_cast<forgetful_mount*>(::fuse_get_context()->private_data); }

/// The inode of an open file, or that at `path`; zero: none.
inode_number number_of(const forgetful_disk& disk, const char* path, const fuse_file_info* file) {
  return file ? file->fh : disk.find(path);
}

void* begin(fuse_conn_info*, fuse_config* config) {
  config->use_ino = 1;
  config->hard_remove = 1;
  config->nullpath_ok = 1;
  config->direct_io = 1;
  config->entry_timeout = config->attr_timeout = config->negative_timeout = 0;
  return ::fuse_get_context()->private_data;
}

void describe(const forgetful_disk& disk, inode_number number, struct stat* out) {
  const auto& is = disk.at(number);
  *out = {};
  out->st_ino = number;
  out->st_mode = is.mode;
  out->st_nlink = S_ISDIR(is.mode) ? 2 : disk.link_count(number);
  out->st_uid = ::geteuid();
  out->st_gid = ::getegid();
  out->st_size = static_cast<off_t>(is.content.size());
  out->st_mtim = out->st_ctim = out->st_atim = is.modified;
}

int look(const char* path, struct stat* out, fuse_file_info* file) {
  return here().reading([&](const forgetful_disk& disk) {
    auto number = number_of(disk, path, file);
    if (number == 0)
      return -ENOENT;
    describe(disk, number, out);
    return 0;
  });
}

int follow(const char* path, char* out, size_t size) {
  return here().reading([&](const forgetful_disk& disk) {
    auto number = disk.find(path);
    if (number == 0)
      return -ENOENT;
    auto target = disk.at(number).content.substr(0, size - 1);
    std::memcpy(out, target.c_str(), target.size() + 1);
    return 0;
  });
}

int list(const char* path, void* out, fuse_fill_dir_t fill, off_t, fuse_file_info* file, fuse_readdir_flags) {
  return here().reading([&](const forgetful_disk& disk) {
    auto number = number_of(disk, path, file);
    if (number == 0)
      return -ENOENT;
    for (auto* each : {".", ".."})
      fill(out, each, nullptr, 0, fuse_fill_dir_flags{});
    for (const auto& [name, to] : disk.at(number).entries) {
      struct stat is {};
      is.st_ino = to;
      is.st_mode = disk.at(to).mode;
      fill(out, name.c_str(), &is, 0, fuse_fill_dir_flags{});
    }
    return 0;
  });
}

int open_any(const char* path, fuse_file_info* file) {
  return here().reading([&](const forgetful_disk& disk) {
    file->fh = disk.find(path);
    return file->fh == 0 ? -ENOENT : 0;
  });
}

int read(const char*, char* out, size_t size, off_t offset, fuse_file_info* file) {
  return here().reading([&](const forgetful_disk& disk) {
    const auto& content = disk.at(file->fh).content;
    auto at = std::min(static_cast<size_t>(offset), content.size());
    auto count = std::min(size, content.size() - at);
    std::memcpy(out, content.data() + at, count);
    return static_cast<int>(count);
  });
}

std::string named(const char* what, const char* path) { return std::string{what} + " " + (path ? path : "?"); }

int make_file(const char* path, mode_t mode, fuse_file_info* file) {
  return here().writing(named("create", path), [&](forgetful_disk& disk) {
    auto result = disk.make(path, S_IFREG | (mode & ~S_IFMT));
    file->fh = disk.find(path);
    return result;
  });
}

int make_directory(const char* path, mode_t mode) {
  return here().writing(named("mkdir", path),
                        [&](forgetful_disk& disk) { return disk.make(path, S_IFDIR | (mode & ~S_IFMT)); });
}

int make_link(const char* target, const char* path) {
  return here().writing(named("symlink", path),
                        [&](forgetful_disk& disk) { return disk.make(path, S_IFLNK | 0777, target); });
}

int add_name(const char* from, const char* to) {
  return here().writing(named("link", to), [&](forgetful_disk& disk) { return disk.link(from, to); });
}

int remove_file(const char* path) {
  return here().writing(named("unlink", path), [&](forgetful_disk& disk) { return disk.remove(path, false); });
}

int remove_directory(const char* path) {
  return here().writing(named("rmdir", path), [&](forgetful_disk& disk) { return disk.remove(path, true); });
}

int move(const char* from, const char* to, unsigned flags) {
  if (flags != 0)
    return -EINVAL;
  return here().writing(named("rename to", to), [&](forgetful_disk& disk) { return disk.rename(from, to); });
}

int set_mode(const char* path, mode_t mode, fuse_file_info* file) {
  return here().writing({}, [&](forgetful_disk& disk) {
    auto number = number_of(disk, path, file);
    if (number == 0)
      return -ENOENT;
    disk.set_mode(number, mode);
    return 0;
  });
}

int resize(const char* path, off_t size, fuse_file_info* file) {
  return here().writing(named("truncate", path), [&](forgetful_disk& disk) {
    auto number = number_of(disk, path, file);
    if (number == 0)
      return -ENOENT;
    disk.resize(number, static_cast<size_t>(size));
    return 0;
  });
}

int write(const char*, const char* bytes, size_t size, off_t offset, fuse_file_info* file) {
  return here().writing("write", file->fh, [&](forgetful_disk& disk) {
    disk.write(file->fh, {bytes, size}, static_cast<size_t>(offset));
    return static_cast<int>(size);
  });
}

int sync_any(const char*, int, fuse_file_info* file) {
  return here().writing("fsync", file->fh, [&](forgetful_disk& disk) {
    disk.sync(file->fh);
    return 0;
  });
}

int set_times(const char* path, const timespec* times, fuse_file_info* file) {
  return here().writing(named("utimens", path), [&](forgetful_disk& disk) {
    auto number = number_of(disk, path, file);
    if (number == 0)
      return -ENOENT;
    disk.set_modified(number, times[1]);
    return 0;
  });
}

} // namespace

const fuse_operations& forgetful_operations() {
  static const auto all = [] {
    fuse_operations made{};
    made.init = begin;
    made.getattr = look;
    made.readlink = follow;
    made.readdir = list;
    made.open = open_any;
    made.opendir = open_any;
    made.read = read;
    made.create = make_file;
    made.mkdir = make_directory;
    made.symlink = make_link;
    made.link = add_name;
    made.unlink = remove_file;
    made.rmdir = remove_directory;
    made.rename = move;
    made.chmod = set_mode;
    made.truncate = resize;
    made.write = write;
    made.fsync = sync_any;
    made.fsyncdir = sync_any;
    made.utimens = set_times;
    return made;
  }();
  return all;
}

} // namespace breakwater::testing
