#include "breakwater/tools/storm/crowd.hpp"

#include "breakwater/tools/storm/end_all.hpp"

#include <utility>

namespace breakwater::storm {

crowd::crowd(caf::actor_system& system, policy& whom, const storm_settings& settings) {
  auto plans = make_plans(settings);
  samples_.resize(plans.size());
  for (size_t i = 0; i < plans.size(); ++i) {
    planned_ += plans[i].at.size();
    auto spawned = system.spawn<caller>(std::move(plans[i]), whom.for_caller(), samples_[i], counts_);
    callers_.push_back(caller_handle{std::move(spawned)});
  }
}

void crowd::begin() {
  for (auto& each : callers_)
    compat::anon_send(each, timer_fired{0});
}

std::vector<samples> crowd::end() {
  end_all(callers_);
  return std::exchange(samples_, {});
}

} // namespace breakwater::storm
