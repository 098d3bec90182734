#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

/// Lengths of time as people write them.
namespace breakwater::broker {

/// Reads `250ms`, `30s`, `5m`, `1h30m`, `8d`: whole numbers, each with its unit, largest unit first. A bare `0` needs
/// none. Nothing for any other text, or for more than 100 years.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// The same the other way round, exactly: `1h30m`.
std::string render_duration(std::chrono::milliseconds);

/// For people, with two units at most: `in 1 h 30 min`, `2 days ago`, `now`.
std::string render_distance(std::chrono::nanoseconds from_now);

} // namespace breakwater::broker
