#include "breakwater/tools/storm/percentile.hpp"

#include <algorithm>

namespace breakwater::storm {

void sort_latencies(std::vector<latency>& all) {
  std::sort(all.begin(), all.end(), [](const latency& a, const latency& b) { return a.value < b.value; });
}

latency percentile_of(const std::vector<latency>& sorted, unsigned percent) {
  if (sorted.empty())
    return {};
  auto rank = std::max<size_t>((sorted.size() * percent + 99) / 100, 1);
  auto found = sorted[rank - 1];
  // An open ask below it will end up above it, or not: then the true value may be larger.
  found.open = std::any_of(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(rank),
                           [](const latency& each) { return each.open; });
  return found;
}

} // namespace breakwater::storm
