#pragma once
#include "breakwater/tools/storm/row.hpp"

#include <string>
#include <vector>

namespace breakwater::storm {

/// The rows as people read them: at most 100 columns, grouped by scenario, faults in red and the rest plain if `colour`
/// is wanted. A percentile with a `>` is a lower bound: asks were still open when the row ended.
std::string render_table(const std::vector<row>&, bool colour);

/// A latency in milliseconds with as many digits as it needs, as the table shows it.
std::string render_milliseconds(const latency&);

} // namespace breakwater::storm
