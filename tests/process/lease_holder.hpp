#pragma once
#include <fstream>
#include <sstream>
#include <string>

#include <sys/stat.h>
#include <sys/types.h>

namespace breakwater::testing {

/// The process that holds a flock on this file now, as the kernel says; zero: none.
inline pid_t holder_of_lock(const std::string& path) {
  struct stat there {};
  if (::stat(path.c_str(), &there) != 0)
    return 0;
  std::ifstream locks{"/proc/locks"};
  for (std::string line; std::getline(locks, line);) {
    // "12: FLOCK  ADVISORY  WRITE 4711 08:01:131 0 EOF"; a waiter has "->" behind its number.
    std::istringstream words{line};
    std::string number, kind, mode, access, place;
    pid_t pid = 0;
    if (words >> number >> kind >> mode >> access >> pid >> place && kind == "FLOCK" &&
        place.substr(place.rfind(':') + 1) == std::to_string(there.st_ino))
      return pid;
  }
  return 0;
}

} // namespace breakwater::testing
