#include "breakwater/tools/storm/plan.hpp"

#include <algorithm>
#include <random>

namespace breakwater::storm {

namespace {

ask_kind kind_of(size_t caller, ask_mix mix) {
  if (mix == ask_mix::mixed)
    return caller % 10 == 9 ? ask_kind::token : ask_kind::status;
  return mix == ask_mix::token ? ask_kind::token : ask_kind::status;
}

} // namespace

std::vector<caller_plan> make_plans(const storm_settings& settings) {
  std::mt19937_64 engine{settings.seed};
  std::chrono::duration<double> period{1 / settings.rate};
  std::vector<caller_plan> plans(settings.callers);
  for (size_t i = 0; i < plans.size(); ++i) {
    plans[i].kind = kind_of(i, settings.mix);
    plans[i].at.push_back({});
    for (auto turn = period; turn < settings.time; turn += period) {
      // Not std::uniform_real_distribution: it need not give the same numbers everywhere.
      auto scatter = static_cast<double>(engine() >> 11) / static_cast<double>(uint64_t{1} << 53) - 0.5;
      auto at = std::chrono::duration_cast<std::chrono::nanoseconds>(turn + scatter * period);
      if (at < settings.time)
        plans[i].at.push_back(at);
    }
  }
  return plans;
}

} // namespace breakwater::storm
