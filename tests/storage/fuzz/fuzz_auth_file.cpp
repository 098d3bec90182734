#include "breakwater/storage/auth_file_codec.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

/// Any text: no crash, no exception, and what is read and written again is read as the same.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace breakwater;
  std::string_view text{reinterpret_cast<const char*>(data), size};
  auto first = parse_auth_file(text, "auth.json");
  if (first.error || first.found.method == auth_method::none)
    return 0;
  auto rendered = render_auth_file(first.found, text, "auth.json");
  if (rendered.error)
    std::abort();
  auto second = parse_auth_file(rendered.text, "auth.json");
  if (second.error || materially_changed(first.found, second.found) ||
      first.found.refreshed_at != second.found.refreshed_at)
    std::abort();
  return 0;
}
