#pragma once
#include <optional>
#include <span>
#include <string_view>

namespace breakwater::fake {

/// One value of an enumeration as people type it, and what it means in one line.
template <class Enum>
struct named {
  Enum value;
  std::string_view name;
  std::string_view about;
};

/// The name of a value. Every enumeration of this folder lists all its values in `names_of`, in their order.
template <class Enum>
std::string_view name_of(Enum value) {
  return names_of(Enum{})[static_cast<size_t>(value)].name;
}

/// The value that people mean by `name`; nothing for any other text.
template <class Enum>
std::optional<Enum> parse_name(std::string_view name) {
  for (const auto& entry : names_of(Enum{}))
    if (entry.name == name)
      return entry.value;
  return std::nullopt;
}

} // namespace breakwater::fake
