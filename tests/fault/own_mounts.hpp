#pragma once
#include <string>
#include <vector>

namespace breakwater::testing {

/// File systems of this test's own. The constructor gives the calling thread, and what it starts from then on, a mount
/// namespace of its own: nothing outside sees what is mounted here, and it goes with the last of them.
class own_mounts {
public:
  own_mounts();
  own_mounts(const own_mounts&) = delete;
  ~own_mounts();

  /// Empty, or why this machine does not let us.
  const std::string& problem() const { return problem_; }

  /// An empty tmpfs of this size at a directory, which is made if it is not there.
  void mount_tmpfs(const std::string& directory, size_t kibibytes);
  /// An ext4 in an image file of its own.
  void mount_ext4(const std::string& directory, const std::string& image);
  /// Makes a directory read-only for everyone who comes by its path; what is open stays open, which a remount would
  /// refuse. `unmount` ends it.
  void cover_read_only(const std::string& directory);
  void unmount(const std::string& directory);

private:
  void expect_mounted(int result, const std::string& directory);

  std::string problem_;
  std::vector<std::string> mounted_;
};

/// Fills the file system of a directory to the last byte with a file that is given back by `give_back`.
class filled_disk {
public:
  explicit filled_disk(const std::string& directory);
  filled_disk(const filled_disk&) = delete;
  ~filled_disk() { give_back(); }
  void give_back();

private:
  std::string path_;
};

/// chattr +i and -i; false where the file system cannot do it.
bool set_immutable(const std::string& path, bool immutable);

} // namespace breakwater::testing
