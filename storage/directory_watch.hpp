#pragma once
#include "breakwater/messages/error.hpp"
#include "breakwater/storage/file_place.hpp"
#include "breakwater/storage/posix.hpp"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace breakwater {

/// Tells when the file at a path was made, replaced, written or removed, by anybody. It watches the directories, since
/// a watch on the file dies at the first rename: that of the path, those of the links it leads through, and of one that
/// is missing the nearest one above it. One thread, asleep in poll; nothing wakes it but those directories.
class directory_watch {
public:
  struct start_result {
    failure error;
    std::unique_ptr<directory_watch> watch;
  };

  /// Calls `changed` on the watch's own thread; it must not destroy the watch. Fails with `store_unreadable` if the
  /// system gives no watch (limits of inotify, permissions).
  static start_result start(std::string path, std::function<void()> changed);

  /// After it returned `changed` is not called any more.
  ~directory_watch();

private:
  /// The watches of one moment: by number, the names that matter in that directory.
  struct armed {
    unique_fd notifier;
    std::map<int, std::set<std::string>> names;
    std::vector<file_hop> hops;
    /// Every directory of the way was there.
    bool complete = true;
  };

  directory_watch(std::string path, std::function<void()> changed);
  failure arm();
  failure add(armed&, const file_hop&);
  void run();
  /// Reads what happened; true if it may concern the file, `lost` if a watched directory itself went away.
  bool drain(bool& lost);

  std::string path_;
  std::function<void()> changed_;
  armed armed_;
  unique_fd end_;
  std::thread thread_;
};

} // namespace breakwater
