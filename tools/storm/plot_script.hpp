#pragma once
#include "breakwater/tools/storm/palette.hpp"
#include "breakwater/tools/storm/row.hpp"

#include <string>
#include <vector>

/// What gnuplot is told. Pure.
namespace breakwater::storm {

/// Draws, for the rows of one scenario, how many requests had reached the authority at each moment, into `file`.
std::string script_of_requests(const std::vector<row>&, const palette&, const std::string& file);

/// Draws which share of the asks was answered within each time, into `file`. Asks that stayed open keep a curve below
/// 100 %.
std::string script_of_latencies(const std::vector<row>&, const palette&, const std::string& file);

} // namespace breakwater::storm
