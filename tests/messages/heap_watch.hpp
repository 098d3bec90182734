#pragma once
#include <cstddef>
#include <string_view>

/// Sees what a program leaves in the heap blocks that it frees. Linking this replaces operator new and delete.
namespace breakwater::test {

/// While it lives, every block that any thread frees with operator delete is searched for a needle. One at a time.
class heap_watch {
public:
  static constexpr std::string_view default_needle = "NEEDLE-2c9a";

  /// The needle's bytes have to outlive the watch.
  explicit heap_watch(std::string_view needle = default_needle);
  ~heap_watch();
  heap_watch(const heap_watch&) = delete;
  heap_watch& operator=(const heap_watch&) = delete;

  /// Blocks freed so far.
  size_t freed() const;
  /// Those of them that still held the needle.
  size_t unwiped() const;
};

} // namespace breakwater::test
