#include "breakwater/tools/storm/temporary_directory.hpp"

#include <cerrno>
#include <filesystem>
#include <system_error>

#include <stdlib.h>

namespace breakwater::storm {

temporary_directory::temporary_directory() {
  std::error_code error;
  auto base = std::filesystem::temp_directory_path(error);
  auto pattern = (error ? std::filesystem::path{"/tmp"} : base) / "breakwater-storm-XXXXXX";
  auto name = pattern.string();
  if (::mkdtemp(name.data()) == nullptr)
    problem_ = "cannot make a directory " + pattern.string() + ": " + std::generic_category().message(errno);
  else
    path_ = name;
}

temporary_directory::~temporary_directory() {
  std::error_code ignored;
  if (!path_.empty())
    std::filesystem::remove_all(path_, ignored);
}

} // namespace breakwater::storm
