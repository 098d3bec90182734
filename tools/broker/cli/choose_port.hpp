#pragma once
#include "breakwater/tools/broker/cli/auth_port.hpp"
#include "breakwater/tools/broker/config/settings.hpp"

#include <memory>

namespace breakwater::cli {

struct chosen_port {
  std::unique_ptr<auth_port> port;
  /// Why there is none.
  trouble why;
};

/// A running broker if there is one and it keeps the account where this configuration has it; else the store. Never
/// both: a broker for another store is an error and no reason to go past it. With `broker.use = "always"` the broker is
/// taken as it is.
chosen_port choose_port(const broker::settings&, const broker::environment&);

/// True if both name one place: as paths, through symbolic links.
bool is_same_store(const std::string& a, const std::string& b);

} // namespace breakwater::cli
