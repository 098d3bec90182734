#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace breakwater::storm {

/// Writes the whole file. Returns what went wrong, naming the file, or nothing.
std::optional<std::string> write_output(const std::string& path, std::string_view text);

} // namespace breakwater::storm
