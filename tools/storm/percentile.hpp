#pragma once
#include "breakwater/tools/storm/row.hpp"

namespace breakwater::storm {

/// Sorts ascending. Open ones count with what they have waited so far.
void sort_latencies(std::vector<latency>&);

/// The exact percentile by nearest rank: the smallest value that at least `percent` of all do not exceed. `sorted` is
/// ascending; of none it is zero. It is open (a lower bound) if any ask that is still open lies at or below it.
latency percentile_of(const std::vector<latency>& sorted, unsigned percent);

} // namespace breakwater::storm
