#include "breakwater/tools/storm/json.hpp"

#include <nlohmann/json.hpp>

namespace breakwater::storm {

namespace {

/// To the microsecond: more digits would only look exact.
double milliseconds_of(duration d) {
  return static_cast<double>(std::chrono::round<std::chrono::microseconds>(d).count()) / 1000;
}

double seconds_of(duration d) {
  return static_cast<double>(std::chrono::round<std::chrono::milliseconds>(d).count()) / 1000;
}

} // namespace

std::string render_json(const std::vector<row>& rows) {
  auto all = nlohmann::ordered_json::array();
  for (const auto& each : rows)
    all.push_back({
        {"scenario", each.scenario->name},
        {"policy", name_of(each.policy)},
        {"processes", each.processes},
        {"callers", each.callers},
        {"asked", each.asked},
        {"requests", each.requests},
        {"replays", each.replays},
        {"family", each.family_alive ? "alive" : "revoked"},
        {"refresh_token", each.token_kept ? "kept" : "lost"},
        {"requests_after_poison", each.requests_after_poison},
        {"p50_ms", milliseconds_of(each.p50.value)},
        {"p99_ms", milliseconds_of(each.p99.value)},
        {"wall_s", seconds_of(each.wall)},
    });
  nlohmann::ordered_json document;
  document["rows"] = std::move(all);
  return document.dump(2) + '\n';
}

} // namespace breakwater::storm
