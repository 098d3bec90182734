#pragma once
#include "breakwater/messages/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace breakwater {

/// Reads a date and time with its offset (RFC 3339, section 5.6); digits after the ninth are dropped. A date beyond
/// what wall_time can hold (the years 1678 to 2261) becomes the nearest one. Nothing for any other text.
std::optional<wall_time> parse_rfc3339(std::string_view text);

/// The same in UTC, with as many digits after the second as are needed: 0, 3, 6 or 9.
std::string render_rfc3339(wall_time);

} // namespace breakwater
