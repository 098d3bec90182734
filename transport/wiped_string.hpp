#pragma once
#include <memory>
#include <string>

#include <string.h>

namespace breakwater {

/// Wipes every block before it goes back to the heap, so that a buffer that grows leaves no copies behind.
template <class T>
struct wiping_allocator {
  using value_type = T;

  wiping_allocator() noexcept = default;
  template <class U>
  wiping_allocator(const wiping_allocator<U>&) noexcept {}

  T* allocate(size_t n) { return std::allocator<T>{}.allocate(n); }
  void deallocate(T* block, size_t n) noexcept {
    explicit_bzero(block, n * sizeof(T));
    std::allocator<T>{}.deallocate(block, n);
  }
  friend bool operator==(const wiping_allocator&, const wiping_allocator&) noexcept { return true; }
};

/// A buffer for bytes that hold a secret on their way to or from the wire. Up to 15 bytes live inside the object and
/// are not wiped; no token is that short.
using wiped_string = std::basic_string<char, std::char_traits<char>, wiping_allocator<char>>;

} // namespace breakwater
