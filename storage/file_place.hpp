#pragma once
#include "breakwater/messages/error.hpp"

#include <string>
#include <vector>

#include <unistd.h>

namespace breakwater {

/// One name in one directory on the way from the path that the user gave to the file itself.
struct file_hop {
  std::string directory;
  std::string name;

  std::string path() const { return directory == "/" ? directory + name : directory + '/' + name; }
  friend bool operator==(const file_hop&, const file_hop&) = default;
};

/// Where an auth.json really is, and what lies beside it. Several links to one file give one and the same place.
struct file_place {
  /// The first is the path given; each but the last is a symbolic link.
  std::vector<file_hop> hops;
  bool exists = false;

  bool is_link() const { return hops.size() > 1; }
  const std::string& directory() const { return hops.back().directory; }
  const std::string& name() const { return hops.back().name; }
  std::string path() const { return hops.back().path(); }
  const file_hop& file() const { return hops.back(); }
  file_hop side_file() const { return {directory(), name() + ".breakwater-state"}; }
  /// What a login found and could not understand.
  file_hop aside_file() const { return {directory(), name() + ".unreadable"}; }
  /// Written after a change of a document that is no file, so that a watch sees it.
  file_hop change_mark() const { return {directory(), name() + ".breakwater-changed"}; }
  std::string lease_path() const { return path() + ".breakwater-lease"; }
  /// The app-server client's own locks, in its order: `auth.lock` (beside the link and beside the file, since it may
  /// take either), then `auth.json.lock` beside the file.
  std::vector<std::string> write_lock_paths() const;
};

/// A path followed through its symbolic links.
struct followed_path {
  /// As in file_place; at least one.
  std::vector<file_hop> hops;
  /// Why the last hop could not be looked at (ENOENT: it is not there), or ELOOP; 0: it is there and no link.
  int error = 0;
};

/// Follows an absolute path as far as it leads. Checks nothing.
followed_path follow_links(const std::string& path);

struct file_place_result {
  failure error;
  file_place place;
};

/// Follows symbolic links from an absolute path and checks every link and directory on the way (problem_of_link,
/// problem_of_directory). A file, or its directory, that is not there yet is no failure; a link to nothing is,
/// unless our side file shows that something was there. Fails with `store_unreadable`.
file_place_result locate_file(const std::string& path, uid_t user);

} // namespace breakwater
