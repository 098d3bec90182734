#include "breakwater/storage/guarded_bytes.hpp"

#include <cstring>

#include <sodium.h>

namespace breakwater {

guarded_bytes::guarded_bytes(size_t size) {
  if (sodium_init() < 0 || size == 0)
    return;
  start_ = static_cast<unsigned char*>(sodium_malloc(size));
  size_ = start_ ? size : 0;
}

guarded_bytes::guarded_bytes(std::string_view copied) : guarded_bytes{copied.size()} {
  if (start_)
    std::memcpy(start_, copied.data(), copied.size());
}

guarded_bytes::~guarded_bytes() { sodium_free(start_); }

} // namespace breakwater
