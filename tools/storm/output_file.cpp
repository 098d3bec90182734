#include "breakwater/tools/storm/output_file.hpp"

#include <cerrno>
#include <fstream>
#include <system_error>

namespace breakwater::storm {

std::optional<std::string> write_output(const std::string& path, std::string_view text) {
  errno = 0;
  std::ofstream file{path, std::ios::binary | std::ios::trunc};
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  if (file)
    return std::nullopt;
  auto why = errno == 0 ? std::string{"write failed"} : std::generic_category().message(errno);
  return "cannot write " + path + ": " + why;
}

} // namespace breakwater::storm
