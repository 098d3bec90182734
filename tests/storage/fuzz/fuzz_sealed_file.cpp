#include "breakwater/storage/sealed_codec.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

/// Any file: no crash, no absurd cost asked for, and nothing but what was sealed is ever opened. The seeds are sealed
/// with the key below, so that the fuzzer gets behind the header, too.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace breakwater;
  static const guarded_bytes key{std::string_view{"00000000000000000000000000000000"}};
  std::string_view file{reinterpret_cast<const char*>(data), size};
  auto parsed = parse_sealed_header(file, "sealed");
  auto opened = unseal(file, key, "sealed");
  if (parsed.error) {
    if (!opened.error)
      std::abort();
    return 0;
  }
  auto& recipe = parsed.header.recipe;
  if (recipe.passes < 1 || recipe.passes > sealed_passes_max || recipe.memory > sealed_memory_max)
    std::abort();
  if (opened.error)
    return 0;
  auto again = seal(opened.text, key, recipe);
  auto reopened = unseal(again, key, "sealed");
  if (again == file || reopened.error || reopened.text != opened.text)
    std::abort();
  return 0;
}
