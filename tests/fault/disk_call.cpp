#include "breakwater/tests/fault/disk_call.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <map>

namespace breakwater::testing {

namespace {

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

bool is(disk_call what, const system_call& made) {
  if (made.name != name_of(what))
    return false;
  switch (what) {
  case disk_call::make_temporary:
    return has(made.line, "O_EXCL");
  case disk_call::set_mode:
  case disk_call::rename:
    return true;
  case disk_call::write:
  case disk_call::fsync_file:
    return has(made.line, ".breakwater-XXXXXX>");
  case disk_call::open_directory:
    return has(made.line, ", O_RDONLY|O_CLOEXEC|O_DIRECTORY");
  case disk_call::fsync_directory:
    return !has(made.line, ".breakwater-XXXXXX>");
  }
  return false;
}

} // namespace

std::string to_string(disk_call what) {
  static constexpr std::array names = {"make_temporary", "set_mode",       "write",          "fsync_file",
                                       "rename",         "open_directory", "fsync_directory"};
  return names[static_cast<size_t>(what)];
}

std::string_view name_of(disk_call what) {
  static constexpr std::array<std::string_view, 7> names = {"openat", "fchmod", "write", "fsync",
                                                            "rename", "openat", "fsync"};
  return names[static_cast<size_t>(what)];
}

std::vector<int> learn_counts(disk_call what) {
  fault_home home;
  subject_process subject{home.options({"--no-watch"})};
  traced_thread traced{threads_of(subject).store, {std::string{trace_all}}};
  subject.ask({{"do", "refresh"}});
  home.lease_is_free();
  traced.detach();
  std::vector<int> counts;
  for (auto& made : calls_in(traced.lines()))
    if (is(what, made))
      counts.push_back(made.count);
  return counts.size() == written_file_count ? counts : std::vector<int>{};
}

std::string fail(disk_call what, std::string_view error, const std::string& when) {
  return "inject=" + std::string{name_of(what)} + ":error=" + std::string{error} + ":when=" + when;
}

int failures_in(const traced_thread& traced) {
  return static_cast<int>(std::ranges::count_if(traced.lines(), [](auto& line) { return has(line, "(INJECTED)"); }));
}

std::string text_of(std::string_view error) {
  static const std::map<std::string_view, int> numbers = {
      {"ENOSPC", ENOSPC}, {"EIO", EIO}, {"EDQUOT", EDQUOT}, {"EROFS", EROFS}, {"EACCES", EACCES}};
  return std::strerror(numbers.at(error));
}

} // namespace breakwater::testing
