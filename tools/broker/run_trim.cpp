#include "breakwater/tools/broker/run_trim.hpp"

#include <cinttypes>
#include <cstdio>
#include <memory>

#include <malloc.h>
#include <sys/mman.h>

namespace breakwater::broker {

void give_back_memory_of_start() {
  ::malloc_trim(0);
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> maps{std::fopen("/proc/self/maps", "re"), &std::fclose};
  if (!maps)
    return;
  char line[4352];
  while (std::fgets(line, sizeof line, maps.get())) {
    uintptr_t begin = 0, end = 0;
    char access[5] = {};
    char first_of_path = 0;
    // Code that can be executed and not written was never changed: nothing is lost with its pages.
    auto found =
        std::sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %4s %*s %*s %*s %c", &begin, &end, access, &first_of_path);
    if (found == 4 && first_of_path == '/' && access[1] == '-' && access[2] == 'x')
      ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
  }
}

} // namespace breakwater::broker
