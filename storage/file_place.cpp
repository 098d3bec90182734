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

std::optional<std::string> read_link(const std::string& path, std::string& target) {
  char text[PATH_MAX];
  auto size = ::readlink(path.c_str(), text, sizeof text);
  if (size < 0)
    return describe_errno("read the link", path, errno);
  target.assign(text, static_cast<size_t>(size));
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

file_place_result locate_file(const std::string& path, uid_t user) {
  if (path.empty() || path.front() != '/' || path.back() == '/')
    return failed("'" + path + "': expected the path of a file");
  file_place place;
  auto next = path;
  while (place.hops.size() <= link_count_max) {
    auto& hop = place.hops.emplace_back(split(next));
    struct stat found {};
    if (::stat(hop.directory.c_str(), &found) == 0) {
      if (auto problem = problem_of_directory(found, user, hop.directory))
        return failed(std::move(*problem));
    } else if (errno != ENOENT) {
      return failed(describe_errno("look at", hop.directory, errno));
    }
    if (::lstat(hop.path().c_str(), &found) != 0) {
      if (errno != ENOENT)
        return failed(describe_errno("look at", hop.path(), errno));
      if (place.is_link())
        return failed(path + ": a link to " + hop.path() + ", which does not exist; restore it or remove the link");
      return {{}, std::move(place)};
    }
    if (!S_ISLNK(found.st_mode)) {
      place.exists = true;
      return {{}, std::move(place)};
    }
    if (auto problem = problem_of_link(found, user, hop.path()))
      return failed(std::move(*problem));
    std::string target;
    if (auto problem = read_link(hop.path(), target))
      return failed(std::move(*problem));
    if (target.empty() || target.back() == '/')
      return failed(hop.path() + ": a link to a directory, expected a file");
    next = target.front() == '/' ? target : file_hop{hop.directory, target}.path();
  }
  return failed(path + ": too many symbolic links, or links in a circle");
}

} // namespace breakwater
