#include "breakwater/storage/side_file_codec.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

/// Any text: no crash, no exception, and what is read and written again is read as the same.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace breakwater;
  auto first = parse_side_file({reinterpret_cast<const char*>(data), size}, "side");
  if (first.error)
    return 0;
  auto second = parse_side_file(render_side_file(first.found), "side");
  if (second.error || !(first.found == second.found) || first.found.ledger.size() > ledger_size_max)
    std::abort();
  return 0;
}
