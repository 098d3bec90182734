#pragma once
#include "breakwater/messages/auth_messages.hpp"
#include "breakwater/tools/broker/service/tally.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace breakwater::broker {

/// An account as metrics show it: no secret, no account id.
struct account_gauge {
  /// The name that the configuration gives it.
  std::string name;
  auth_health health = auth_health::ok;
  bool logged_in = false;
};

/// All that was counted, in the text format of Prometheus. `methods` are the names behind `tally::requests`.
std::string render_metrics(const tally&, std::span<const std::string_view> methods,
                           const std::vector<account_gauge>& accounts);

} // namespace breakwater::broker
