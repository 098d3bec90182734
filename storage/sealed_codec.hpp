#pragma once
#include "breakwater/messages/error.hpp"
#include "breakwater/storage/guarded_bytes.hpp"
#include "breakwater/storage/wiped_string.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

/// The format of an encrypted auth.json, version 1: docs/encrypted_file.md. No file, no clock.
namespace breakwater {

inline constexpr uint32_t sealed_version = 1;
inline constexpr size_t sealed_header_size = 68;
/// What the text grows by.
inline constexpr size_t sealed_overhead = sealed_header_size + 16;

/// The most that a file may ask for: more would let whoever can write it exhaust the machine that reads it.
inline constexpr uint64_t sealed_passes_max = 16;
inline constexpr uint64_t sealed_memory_max = uint64_t{1} << 30;

/// How a key is made out of a passphrase (Argon2id).
struct key_recipe {
  uint64_t passes = 0;
  /// Bytes.
  uint64_t memory = 0;
  std::array<unsigned char, 16> salt{};
  friend bool operator==(const key_recipe&, const key_recipe&) = default;
};

struct sealed_header {
  key_recipe recipe;
  std::array<unsigned char, 24> nonce{};
  friend bool operator==(const sealed_header&, const sealed_header&) = default;
};

struct sealed_header_result {
  failure error;
  sealed_header header;
};

/// Reads the header of a whole file. Fails with `store_unreadable`: cut, another kind of file, a later version, or a
/// recipe beyond the limits.
sealed_header_result parse_sealed_header(std::string_view file, std::string_view where);

/// A recipe with a new random salt.
key_recipe make_recipe(uint64_t passes, uint64_t memory);

struct sealed_key_result {
  failure error;
  guarded_bytes key;
};

/// Makes the key: takes as long, and as much memory, as the recipe says. Fails with `store_unreadable` if the memory
/// cannot be had.
sealed_key_result make_sealed_key(const guarded_bytes& passphrase, const key_recipe&, std::string_view where);

/// The file that holds `text`, under a new random nonce.
std::string seal(std::string_view text, const guarded_bytes& key, const key_recipe&);

struct unsealed_result {
  failure error;
  wiped_string text;
};

/// The text of a file (XChaCha20-Poly1305, its header authenticated). Fails with `store_unreadable`: wrong passphrase
/// or altered, which cannot be told apart.
unsealed_result unseal(std::string_view file, const guarded_bytes& key, std::string_view where);

} // namespace breakwater
