#include "breakwater/messages/secret.hpp"

#include <cstring>
#include <new>
#include <ostream>

#include <string.h> // explicit_bzero

namespace breakwater {

/// Length and bytes in one allocation, wiped by the deleter before it is returned to the heap.
struct secret::block {
  size_t size;
  char* bytes() const { return reinterpret_cast<char*>(const_cast<block*>(this) + 1); }

  static std::shared_ptr<const block> copy(std::string_view from) {
    auto* memory = ::operator new(sizeof(block) + from.size());
    auto* made = new (memory) block{from.size()};
    std::memcpy(made->bytes(), from.data(), from.size());
    return {made, [](const block* b) {
              auto whole = sizeof(block) + b->size;
              auto* start = const_cast<block*>(b);
              explicit_bzero(start, whole);
              ::operator delete(start);
            }};
  }
};

secret::secret(std::string_view bytes) {
  if (!bytes.empty())
    block_ = block::copy(bytes);
}

secret secret::absorb(std::string& bytes) {
  secret made{bytes};
  wipe(bytes);
  return made;
}

size_t secret::size() const noexcept { return block_ ? block_->size : 0; }

std::string_view secret::reveal() const noexcept {
  return block_ ? std::string_view{block_->bytes(), block_->size} : std::string_view{};
}

bool operator==(const secret& a, const secret& b) noexcept {
  if (a.block_ == b.block_)
    return true;
  auto left = a.reveal(), right = b.reveal();
  if (left.size() != right.size())
    return false;
  volatile unsigned char difference = 0;
  for (size_t i = 0; i < left.size(); ++i)
    difference = static_cast<unsigned char>(difference | (left[i] ^ right[i]));
  return difference == 0;
}

std::string to_string(const secret&) { return std::string{redacted}; }

std::ostream& operator<<(std::ostream& out, const secret&) { return out << redacted; }

void wipe(std::string& bytes) noexcept {
  // The whole buffer: what a longer, earlier content left behind its end is wiped too. Growing up to the capacity
  // allocates nothing.
  bytes.resize(bytes.capacity());
  explicit_bzero(bytes.data(), bytes.size());
  bytes.clear();
}

} // namespace breakwater
