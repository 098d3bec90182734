#pragma once
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <stdlib.h>

namespace breakwater::testing {

/// A directory of this test's own, removed when it ends.
class temporary_directory {
public:
  temporary_directory() {
    auto made = (std::filesystem::temp_directory_path() / "breakwater-test-XXXXXX").string();
    if (::mkdtemp(made.data()))
      path_ = made;
  }
  temporary_directory(const temporary_directory&) = delete;
  ~temporary_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::string& path() const { return path_; }
  std::string operator/(std::string_view name) const { return (std::filesystem::path{path_} / name).string(); }

  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (auto& entry : std::filesystem::directory_iterator{path_})
      found.push_back(entry.path().filename().string());
    return found;
  }

private:
  std::string path_;
};

inline std::string read_text(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// Writes in place, as an old client does; mode 0600 whatever the umask.
inline void write_text(const std::string& path, std::string_view text) {
  std::ofstream{path, std::ios::binary | std::ios::trunc}.write(text.data(), static_cast<std::streamsize>(text.size()));
  std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

} // namespace breakwater::testing
