#pragma once
#include "breakwater/tools/storm/row.hpp"

#include <string>
#include <vector>

namespace breakwater::storm {

/// How many requests are right in the time that the row took.
uint64_t requests_allowed(const row&);

/// What is wrong with a row, one clear line each; empty: nothing. Breakwater's rows have to be without fault; the
/// others are there to show theirs.
std::vector<std::string> faults_of(const row&);

} // namespace breakwater::storm
