#pragma once
#include <memory>
#include <string>

#include <string.h>

namespace breakwater {

/// Wipes every block before the heap gets it back, also when a string or a container grows.
template <class T>
struct wiping_allocator {
  using value_type = T;

  wiping_allocator() = default;
  template <class U>
  wiping_allocator(const wiping_allocator<U>&) noexcept {}

  T* allocate(size_t count) { return std::allocator<T>{}.allocate(count); }
  void deallocate(T* block, size_t count) noexcept {
    explicit_bzero(static_cast<void*>(block), count * sizeof(T));
    std::allocator<T>{}.deallocate(block, count);
  }

  template <class U>
  bool operator==(const wiping_allocator<U>&) const noexcept {
    return true;
  }
};

/// Text that may hold tokens: a file's content, a JSON document's strings. Up to 15 bytes live in the object itself
/// and are not wiped; no token is that short.
using wiped_string = std::basic_string<char, std::char_traits<char>, wiping_allocator<char>>;

} // namespace breakwater
