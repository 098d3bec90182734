#pragma once
#include <cstdint>

namespace breakwater {

/// How hard it is to try a passphrase (Argon2id): a file says how it was made, so these may change. A file made with
/// less is raised to these by its next write.
struct sealed_settings {
  /// Passes over the memory: libsodium's MODERATE.
  uint64_t passes = 3;
  /// Bytes of memory: libsodium's MODERATE, 256 MiB. Every process that opens the file needs them for about a second.
  uint64_t memory = uint64_t{256} << 20;
};

} // namespace breakwater
