#pragma once
#include "breakwater/actors/caf_compat.hpp"

#include <latch>
#include <memory>
#include <vector>

namespace breakwater::storm {

/// Ends these actors, waits until they are gone, and forgets them. What they wrote can be read afterwards.
template <class Handle>
void end_all(std::vector<Handle>& actors) {
  // Shared: the last one counts down while we may be on our way already.
  auto gone = std::make_shared<std::latch>(static_cast<std::ptrdiff_t>(actors.size()));
  for (auto& each : actors) {
    compat::when_gone(each, [gone] { gone->count_down(); });
    caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
  }
  gone->wait();
  actors.clear();
}

} // namespace breakwater::storm
