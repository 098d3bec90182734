#pragma once
#include <fstream>
#include <string>

namespace breakwater::bench {

/// A field of /proc/self/status, in kB.
inline size_t status_field(const std::string& name) {
  std::ifstream in{"/proc/self/status"};
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(name + ":"))
      return std::stoul(line.substr(name.size() + 1));
  return 0;
}

/// How far the resident set grows above its size at construction.
class resident_growth {
public:
  resident_growth() {
    std::ofstream{"/proc/self/clear_refs"} << 5; // the highest size counts from now on
    start_ = status_field("VmRSS");
  }

  size_t bytes_max() const { return (status_field("VmHWM") - start_) * 1024; }

private:
  size_t start_ = 0;
};

} // namespace breakwater::bench
