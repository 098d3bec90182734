#pragma once
#include "breakwater/tests/fault/forgetful_fs/disk.hpp"
#include "breakwater/tests/storage/temporary_directory.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

struct fuse;

namespace breakwater::testing {

/// The disk after one operation that changed it, or made it durable.
struct disk_moment {
  std::string operation;
  forgetful_disk disk;
};

/// A forgetful disk, mounted with FUSE in a mount namespace of this thread and those that it starts from now on: not
/// even a killed test leaves a mount behind. Served by a thread of its own: never hold a lock of this class across a
/// file operation.
class forgetful_mount {
public:
  forgetful_mount();
  /// Unmounts, also under open files.
  ~forgetful_mount();
  forgetful_mount(const forgetful_mount&) = delete;
  forgetful_mount& operator=(const forgetful_mount&) = delete;

  /// Why nothing is mounted: this machine has no FUSE, or does not let us.
  const std::optional<std::string>& problem() const { return problem_; }
  std::string operator/(std::string_view name) const { return place_ / name; }
  const std::string& path() const { return place_.path(); }

  /// Waits until all that is seen is durable, as a calm machine does by itself.
  void settle();
  /// Forgets the moments recorded so far and records from now on.
  void record();
  std::vector<disk_moment> recorded() const;
  size_t recorded_count() const;

  /// The power fails after this many more operations: from then on every operation fails with EIO.
  void cut_after(size_t operations);
  /// False if it did not fail by the deadline.
  bool wait_for_cut(std::chrono::milliseconds deadline);
  forgetful_disk disk() const;
  /// The power is back, with this disk.
  void power_on(forgetful_disk);

  // -- for the file operations; each call is one of them -------------------------------------------------------------
  /// Calls `read(disk)`, which returns 0 or more, or -errno.
  template <class Read>
  int reading(Read read) {
    std::lock_guard lock{mutex_};
    return has_power() ? read(std::as_const(disk_)) : -EIO;
  }
  /// The same for one that changes the disk or makes it durable, if it succeeds. Without a name it is none of the
  /// operations that are counted: no cut comes after it.
  template <class Write>
  int writing(std::string operation, Write write) {
    std::lock_guard lock{mutex_};
    if (!has_power())
      return -EIO;
    auto result = write(disk_);
    if (result >= 0)
      written(std::move(operation));
    return result;
  }
  /// The same for an open file, whose name is added.
  template <class Write>
  int writing(std::string operation, inode_number file, Write write) {
    std::lock_guard lock{mutex_};
    if (!has_power())
      return -EIO;
    auto result = write(disk_);
    if (result >= 0)
      written(operation + " " + disk_.name_of(file));
    return result;
  }

private:
  bool has_power() const { return left_ != size_t{0}; }
  void written(std::string operation);
  std::optional<std::string> mount();

  temporary_directory place_;
  std::optional<std::string> problem_;
  fuse* fuse_ = nullptr;
  std::thread loop_;

  mutable std::mutex mutex_;
  std::condition_variable cut_;
  forgetful_disk disk_;
  bool recording_ = false;
  std::vector<disk_moment> moments_;
  /// Operations until the cut; nothing: none is planned.
  std::optional<size_t> left_;
};

} // namespace breakwater::testing
