#include "breakwater/storage/rfc3339.hpp"

#include <cstdio>

namespace breakwater {

namespace {

using std::chrono::seconds;

/// Takes exactly `count` digits off the front.
bool take_digits(std::string_view& text, size_t count, int& value) {
  if (text.size() < count)
    return false;
  value = 0;
  for (auto c : text.substr(0, count)) {
    if (c < '0' || c > '9')
      return false;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return true;
}

bool take_one_of(std::string_view& text, std::string_view choice) {
  if (text.empty() || choice.find(text.front()) == std::string_view::npos)
    return false;
  text.remove_prefix(1);
  return true;
}

bool take_fraction(std::string_view& text, int64_t& nanoseconds) {
  nanoseconds = 0;
  if (!take_one_of(text, "."))
    return true;
  int digit = 0;
  int64_t scale = 100'000'000;
  if (!take_digits(text, 1, digit))
    return false;
  do {
    nanoseconds += digit * scale;
    scale /= 10;
  } while (take_digits(text, 1, digit));
  return true;
}

bool take_offset(std::string_view& text, seconds& offset) {
  offset = seconds{0};
  if (take_one_of(text, "Zz"))
    return true;
  auto negative = !text.empty() && text.front() == '-';
  int hours = 0, minutes = 0;
  if (!take_one_of(text, "+-") || !take_digits(text, 2, hours) || !take_one_of(text, ":") ||
      !take_digits(text, 2, minutes) || hours > 23 || minutes > 59)
    return false;
  offset = seconds{(hours * 60 + minutes) * 60 * (negative ? -1 : 1)};
  return true;
}

} // namespace

std::optional<wall_time> parse_rfc3339(std::string_view text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  int64_t nanoseconds = 0;
  seconds offset{0};
  if (!take_digits(text, 4, year) || !take_one_of(text, "-") || !take_digits(text, 2, month) ||
      !take_one_of(text, "-") || !take_digits(text, 2, day) || !take_one_of(text, "Tt ") ||
      !take_digits(text, 2, hour) || !take_one_of(text, ":") || !take_digits(text, 2, minute) ||
      !take_one_of(text, ":") || !take_digits(text, 2, second) || !take_fraction(text, nanoseconds) ||
      !take_offset(text, offset) || !text.empty())
    return std::nullopt;
  auto date = std::chrono::year{year} / std::chrono::month(static_cast<unsigned>(month)) /
              std::chrono::day(static_cast<unsigned>(day));
  if (!date.ok() || hour > 23 || minute > 59 || second > 60)
    return std::nullopt;
  auto whole =
      std::chrono::sys_seconds{std::chrono::sys_days{date}} + seconds{(hour * 60 + minute) * 60 + second} - offset;
  constexpr auto latest = std::chrono::floor<seconds>(wall_time::max()) - seconds{1};
  constexpr auto earliest = std::chrono::ceil<seconds>(wall_time::min()) + seconds{1};
  if (whole > latest)
    return wall_time{latest};
  if (whole < earliest)
    return wall_time{earliest};
  return wall_time{whole} + std::chrono::nanoseconds{nanoseconds};
}

std::string render_rfc3339(wall_time time) {
  auto whole = std::chrono::floor<seconds>(time);
  auto days = std::chrono::floor<std::chrono::days>(whole);
  std::chrono::year_month_day date{days};
  std::chrono::hh_mm_ss clock{whole - days};
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  std::string made{text};
  if (auto rest = static_cast<int>((time - whole).count()); rest != 0) {
    std::snprintf(text, sizeof text, ".%09d", rest);
    std::string fraction{text};
    while (fraction.ends_with("000"))
      fraction.resize(fraction.size() - 3);
    made += fraction;
  }
  return made + 'Z';
}

} // namespace breakwater
