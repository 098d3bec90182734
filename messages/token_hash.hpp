#pragma once
#include "breakwater/messages/secret.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace breakwater {

/// SHA-256 of a token: for comparing, storing and showing it without the secret. All zero: no token.
struct token_hash {
  std::array<uint8_t, 32> bytes{};

  bool empty() const noexcept { return *this == token_hash{}; }
  friend auto operator<=>(const token_hash&, const token_hash&) = default;
};

/// The hash of the empty secret is the empty hash.
token_hash hash_of(const secret& token);

/// 64 lower-case hex digits, as stored.
std::string to_hex(const token_hash&);

/// Reads what `to_hex` wrote; nothing for any other text.
std::optional<token_hash> parse_token_hash(std::string_view hex);

/// The first 8 hex digits, as shown to people.
std::string to_string(const token_hash&);

} // namespace breakwater
