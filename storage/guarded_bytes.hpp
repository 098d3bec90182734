#pragma once
#include <cstddef>
#include <span>
#include <string_view>
#include <utility>

namespace breakwater {

/// A few bytes in memory that is not swapped out as far as the system allows, lies between guard pages, and is wiped
/// when freed (sodium_malloc). For keys and passphrases.
class guarded_bytes {
public:
  guarded_bytes() = default;
  /// Empty if there is no memory for it.
  explicit guarded_bytes(size_t size);
  explicit guarded_bytes(std::string_view copied);
  guarded_bytes(guarded_bytes&& other) noexcept
      : start_{std::exchange(other.start_, nullptr)}, size_{std::exchange(other.size_, 0)} {}
  guarded_bytes& operator=(guarded_bytes&& other) noexcept {
    std::swap(start_, other.start_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~guarded_bytes();

  bool empty() const noexcept { return size_ == 0; }
  unsigned char* data() noexcept { return start_; }
  const unsigned char* data() const noexcept { return start_; }
  size_t size() const noexcept { return size_; }

private:
  unsigned char* start_ = nullptr;
  size_t size_ = 0;
};

} // namespace breakwater
