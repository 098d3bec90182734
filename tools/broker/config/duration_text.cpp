#include "breakwater/tools/broker/config/duration_text.hpp"

#include <array>
#include <cstdint>

namespace breakwater::broker {

namespace {

struct unit {
  std::string_view name;
  int64_t milliseconds;
};

constexpr std::array<unit, 5> units = {{{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}}};
constexpr int64_t longest = int64_t{100} * 366 * 86'400'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The unit that the text begins with, of those from `first` on.
const unit* unit_at(std::string_view text, size_t first) {
  for (size_t i = first; i < units.size(); ++i) {
    auto name = units[i].name;
    // "m" is a minute, unless an "s" makes it "ms".
    if (text.starts_with(name) && !(name == "m" && text.starts_with("ms")))
      return &units[i];
  }
  return nullptr;
}

} // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  if (text == "0")
    return std::chrono::milliseconds{0};
  if (text.empty())
    return std::nullopt;
  int64_t sum = 0;
  size_t next_unit = 0;
  while (!text.empty()) {
    int64_t number = 0;
    size_t digits = 0;
    for (; digits < text.size() && is_digit(text[digits]); ++digits)
      if ((number = number * 10 + (text[digits] - '0')) > longest)
        return std::nullopt;
    text.remove_prefix(digits);
    auto found = unit_at(text, next_unit);
    if (digits == 0 || found == nullptr || number > longest / found->milliseconds)
      return std::nullopt;
    if ((sum += number * found->milliseconds) > longest)
      return std::nullopt;
    text.remove_prefix(found->name.size());
    next_unit = static_cast<size_t>(found - units.data()) + 1;
  }
  return std::chrono::milliseconds{sum};
}

std::string render_duration(std::chrono::milliseconds length) {
  if (length.count() <= 0)
    return "0s";
  std::string out;
  auto rest = length.count();
  for (const auto& each : units) {
    if (auto number = rest / each.milliseconds; number > 0)
      out += std::to_string(number) + std::string{each.name};
    rest %= each.milliseconds;
  }
  return out;
}

std::string render_distance(std::chrono::nanoseconds from_now) {
  struct step {
    int64_t seconds;
    const char* one;
    const char* many;
  };
  constexpr std::array<step, 4> steps = {
      {{86'400, " day", " days"}, {3600, " h", " h"}, {60, " min", " min"}, {1, " s", " s"}}};
  auto past = from_now.count() < 0;
  auto rest = (past ? -from_now : from_now) / std::chrono::seconds{1};
  std::string out;
  int used = 0;
  for (const auto& each : steps) {
    auto number = rest / each.seconds;
    rest %= each.seconds;
    if (number == 0 && used == 0)
      continue;
    if (number > 0)
      out += (used > 0 ? " " : "") + std::to_string(number) + (number == 1 ? each.one : each.many);
    if (++used == 2)
      break;
  }
  if (out.empty())
    return "now";
  return past ? out + " ago" : "in " + out;
}

} // namespace breakwater::broker
