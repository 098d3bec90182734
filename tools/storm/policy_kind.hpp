#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace breakwater::storm {

/// How the callers of one process come to a fresh token.
enum class policy_kind : uint8_t { naive, serial, breakwater };

inline constexpr std::array policy_kinds{policy_kind::naive, policy_kind::serial, policy_kind::breakwater};

constexpr std::string_view name_of(policy_kind policy) {
  constexpr std::array<std::string_view, 3> names{"naive", "serial", "breakwater"};
  return names[static_cast<size_t>(policy)];
}

inline std::optional<policy_kind> find_policy(std::string_view name) {
  for (auto each : policy_kinds)
    if (name_of(each) == name)
      return each;
  return std::nullopt;
}

} // namespace breakwater::storm
