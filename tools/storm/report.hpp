#pragma once
#include "breakwater/tools/storm/plan.hpp"
#include "breakwater/tools/storm/row.hpp"

#include <string>
#include <vector>

namespace breakwater::storm {

struct report_page {
  std::string html;
  /// Not empty: there is no page.
  std::string problem;
};

/// One page that needs nothing else, neither network nor scripts: the rows, what they mean, and two plots for each
/// scenario. Light or dark as the reader's system is. Runs gnuplot (plotter.hpp).
report_page render_report(const std::vector<row>&, const storm_settings&);

} // namespace breakwater::storm
