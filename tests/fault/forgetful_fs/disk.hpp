#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>
#include <time.h>

namespace breakwater::testing {

using inode_number = uint64_t;

/// What a power cut makes of the bytes of a file that changed since its last fsync.
enum class unsynced_data : uint8_t {
  old,   ///< as they were at that fsync; a file that never had one is empty
  none,  ///< an empty file
  half,  ///< the first half of the new ones
  zeros, ///< the new size, without the bytes
  whole, ///< all of the new ones
};
std::string to_string(unsynced_data);

/// One of the results that POSIX allows a power cut to have.
struct cut_outcome {
  /// Bit i: the ith change of a directory that was not synced since got through all the same.
  uint64_t kept_changes = 0;
  unsynced_data data = unsynced_data::old;
};

/// A disk in two images: what programs see, and what is durable. Plain data: a copy is the disk at that moment. No
/// call fails but for the reasons that errno names; each returns 0 or -errno. Not thread safe.
class forgetful_disk {
public:
  struct node {
    mode_t mode = 0;
    std::string content; // of a link: where it leads
    std::string durable_content;
    std::map<std::string, inode_number> entries;
    std::map<std::string, inode_number> durable_entries;
    timespec modified{};
    bool is_dirty = false;
  };

  static constexpr inode_number root = 1;

  forgetful_disk();

  // -- what programs see ---------------------------------------------------------------------------------------------
  /// Zero: not there.
  inode_number find(std::string_view path) const;
  const node& at(inode_number number) const { return nodes_.at(number); }
  nlink_t link_count(inode_number) const;
  /// One of its names, for messages; empty: it has none.
  std::string name_of(inode_number) const;

  // -- what programs do ----------------------------------------------------------------------------------------------
  int make(std::string_view path, mode_t mode, std::string content = {});
  int remove(std::string_view path, bool is_directory);
  int rename(std::string_view from, std::string_view to);
  int link(std::string_view from, std::string_view to);
  void write(inode_number, std::string_view bytes, size_t offset);
  void resize(inode_number, size_t size);
  void set_mode(inode_number, mode_t);
  void set_modified(inode_number, timespec);
  /// fsync: of a file its bytes, of a directory its entries.
  void sync(inode_number);

  // -- the power -----------------------------------------------------------------------------------------------------
  /// Everything that is seen is durable.
  void sync_all();
  /// How many changes of directories a cut may lose.
  size_t unsynced_changes() const { return changes_.size(); }
  bool has_unsynced_data() const;
  /// The disk as the next start of the machine finds it.
  forgetful_disk after_cut(const cut_outcome&) const;
  /// The outcomes worth trying: every subset of few unsynced changes, or every prefix, suffix and single one of many;
  /// each with every fate of unsynced bytes, if there are any.
  std::vector<cut_outcome> outcomes() const;

private:
  /// One entry of a directory afterwards; number zero: there is none.
  struct assignment {
    inode_number directory;
    std::string name;
    inode_number number;
  };
  /// What one operation did to directories; a rename is whole, or not at all.
  using change = std::vector<assignment>;

  /// The directory in which `path` is or would be (zero: none), and its name there.
  std::pair<inode_number, std::string> place_of(std::string_view path) const;
  void apply(change);
  void touch(inode_number);

  std::map<inode_number, node> nodes_;
  std::vector<change> changes_;
  inode_number last_ = root;
};

} // namespace breakwater::testing
