#pragma once
#include <optional>
#include <string>

namespace breakwater::storm {

/// A directory of our own (0700) below TMPDIR, or /tmp; removed with all that is in it.
class temporary_directory {
public:
  temporary_directory();
  ~temporary_directory();
  temporary_directory(const temporary_directory&) = delete;
  temporary_directory& operator=(const temporary_directory&) = delete;

  const std::string& path() const { return path_; }
  /// Why there is none.
  const std::optional<std::string>& problem() const { return problem_; }

private:
  std::string path_;
  std::optional<std::string> problem_;
};

} // namespace breakwater::storm
