#include "breakwater/bench/report.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>

namespace breakwater::bench {

namespace {

using cells = std::array<std::string, 5>;

cells cells_of(const row& r) {
  static constexpr std::array<const char*, 4> words{"ok", "MISSED", "BROKEN", "-"};
  return {r.what, r.limit.empty() ? "-" : r.limit, r.measured, r.ratio.empty() ? "-" : r.ratio,
          words[static_cast<size_t>(r.result)]};
}

} // namespace

std::string number(double value, int digits) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return text.data();
}

std::string count(uint64_t value) {
  auto text = std::to_string(value);
  for (auto at = static_cast<ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
    text.insert(static_cast<size_t>(at), 1, ',');
  return text;
}

void report::print() const {
  std::vector<cells> lines{{"what", "limit", "measured", "ratio", "ok"}};
  for (auto& each : rows_)
    lines.push_back(cells_of(each));
  std::array<size_t, 5> width{};
  for (auto& line : lines)
    for (size_t i = 0; i < line.size(); ++i)
      width[i] = std::max(width[i], line[i].size());
  lines.insert(lines.begin() + 1, cells{});
  for (size_t i = 0; i < width.size(); ++i)
    lines[1][i] = std::string(width[i], '-');
  for (auto& line : lines) {
    std::putchar('|');
    for (size_t i = 0; i < line.size(); ++i)
      std::printf(" %-*s |", static_cast<int>(width[i]), line[i].c_str());
    std::putchar('\n');
  }
}

bool report::has(result wanted) const {
  return std::any_of(rows_.begin(), rows_.end(), [&](const row& r) { return r.result == wanted; });
}

} // namespace breakwater::bench
