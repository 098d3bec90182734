#include "breakwater/storage/file_place.hpp"

#include "breakwater/storage/file_checks.hpp"
#include "breakwater/storage/posix.hpp"

#include <algorithm>
#include <optional>

#include <limits.h>
#include <sys/stat.h>

namespace breakwater {

namespace {

/// As many links as the kernel follows.
constexpr size_t link_count_max = 40;

file_hop split(const std::string& path) {
  auto slash = path.rfind('/');
  return {slash == 0 ? "/" : path.substr(0, slash), path.substr(slash + 1)};
}

file_place_result failed(std::string message) { return {{ec::store_unreadable, std::move(message)}, {}}; }

/// `name` without its last extension, and `.lock` behind it.
std::string lock_beside(const file_hop& hop) {
  auto dot = hop.name.rfind('.');
  auto stem = dot == std::string::npos || dot == 0 ? hop.name : hop.name.substr(0, dot);
  return file_hop{hop.directory, stem + ".lock"}.path();
}

/// What is wrong with the way to the file: a directory or a link that others may change.
std::optional<std::string> problem_of_way(const std::vector<file_hop>& hops, uid_t user) {
  struct stat found {};
  for (size_t i = 0; i < hops.size(); ++i) {
    if (::stat(hops[i].directory.c_str(), &found) == 0) {
      if (auto problem = problem_of_directory(found, user, hops[i].directory))
        return problem;
    } else if (errno != ENOENT) {
      return describe_errno("look at", hops[i].directory, errno);
    }
    if (i + 1 < hops.size() && ::lstat(hops[i].path().c_str(), &found) == 0)
      if (auto problem = problem_of_link(found, user, hops[i].path()))
        return problem;
  }
  return std::nullopt;
}

} // namespace

std::vector<std::string> file_place::write_lock_paths() const {
  std::vector<std::string> paths;
  auto add = [&](std::string path) {
    if (std::find(paths.begin(), paths.end(), path) == paths.end())
      paths.push_back(std::move(path));
  };
  add(lock_beside(hops.front()));
  add(lock_beside(hops.back()));
  add(path() + ".lock");
  return paths;
}

followed_path follow_links(const std::string& path) {
  followed_path followed;
  auto next = path;
  while (followed.hops.size() <= link_count_max) {
    auto& hop = followed.hops.emplace_back(split(next));
    struct stat found {};
    char target[PATH_MAX];
    if (::lstat(hop.path().c_str(), &found) != 0)
      followed.error = errno;
    if (followed.error != 0 || !S_ISLNK(found.st_mode))
      return followed;
    auto size = ::readlink(hop.path().c_str(), target, sizeof target);
    if (size <= 0 || target[size - 1] == '/') {
      followed.error = size < 0 ? errno : EISDIR;
      return followed;
    }
    std::string text{target, static_cast<size_t>(size)};
    next = text.front() == '/' ? text : file_hop{hop.directory, text}.path();
  }
  followed.error = ELOOP;
  return followed;
}

file_place_result locate_file(const std::string& path, uid_t user) {
  if (path.empty() || path.front() != '/' || path.back() == '/')
    return failed("'" + path + "': expected the path of a file");
  auto [hops, error] = follow_links(path);
  if (auto problem = problem_of_way(hops, user))
    return failed(std::move(*problem));
  file_place place{std::move(hops), error == 0};
  // A target without its file but with our side file was logged out by its own name.
  struct stat side {};
  if (error == ENOENT && place.is_link() && ::lstat(place.side_file().path().c_str(), &side) != 0)
    return failed(path + ": a link to " + place.path() + ", which does not exist; restore it or remove the link");
  if (error != 0 && error != ENOENT)
    return failed(describe_errno("look at", place.path(), error));
  return {{}, std::move(place)};
}

} // namespace breakwater
