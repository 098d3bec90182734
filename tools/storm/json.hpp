#pragma once
#include "breakwater/tools/storm/row.hpp"

#include <string>
#include <vector>

namespace breakwater::storm {

/// {"rows":[{"scenario","policy","processes","callers","asked","requests","replays","family","refresh_token",
/// "requests_after_poison","p50_ms","p99_ms","wall_s"}]}, the keys in this order.
std::string render_json(const std::vector<row>&);

} // namespace breakwater::storm
