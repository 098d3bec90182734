#include "breakwater/tests/messages/heap_watch.hpp"

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>

#include <malloc.h>

namespace {

std::atomic<bool> watching = false;
std::string_view wanted;
std::atomic<size_t> blocks_freed = 0;
std::atomic<size_t> blocks_with_needle = 0;

void look_and_free(void* block) noexcept {
  if (block && watching) {
    ++blocks_freed;
    if (memmem(block, malloc_usable_size(block), wanted.data(), wanted.size()))
      ++blocks_with_needle;
  }
  std::free(block);
}

/// Zeroed, so that no remainder of an earlier block is taken for a secret that was not wiped.
void* try_allocate(size_t size) noexcept { return std::calloc(1, size ? size : 1); }

void* allocate(size_t size) {
  if (auto* block = try_allocate(size))
    return block;
  throw std::bad_alloc{};
}

} // namespace

void* operator new(size_t size) { return allocate(size); }
void* operator new[](size_t size) { return allocate(size); }
void* operator new(size_t size, const std::nothrow_t&) noexcept { return try_allocate(size); }
void* operator new[](size_t size, const std::nothrow_t&) noexcept { return try_allocate(size); }
void operator delete(void* block) noexcept { look_and_free(block); }
void operator delete[](void* block) noexcept { look_and_free(block); }
void operator delete(void* block, size_t) noexcept { look_and_free(block); }
void operator delete[](void* block, size_t) noexcept { look_and_free(block); }

namespace breakwater::test {

heap_watch::heap_watch(std::string_view needle) {
  wanted = needle;
  blocks_freed = blocks_with_needle = 0;
  watching = true;
}

heap_watch::~heap_watch() { watching = false; }

size_t heap_watch::freed() const { return blocks_freed; }

size_t heap_watch::unwiped() const { return blocks_with_needle; }

} // namespace breakwater::test
