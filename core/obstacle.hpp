#pragma once
#include "breakwater/core/auth_settings.hpp"
#include "breakwater/core/auth_state.hpp"

#include <optional>

/// Why no flight may start now: asked before every flight, and before anyone is made to wait for one.
namespace breakwater {

/// The code of the first obstacle, or ec::none. `external` and `oauth` credentials only.
ec obstacle_code(const auth_state&, instant now);

/// The same with its explanation and the time at which it may be gone.
refused_request explain_obstacle(ec code, const auth_state&, const moment& now);

/// The held access token is over.
bool is_expired(const auth_state&, instant now);

/// The credential became current so recently that a refresh asked for without naming a generation has it already.
bool is_fresh(const auth_settings&, const auth_state&, instant now);

/// True if the store has not been looked at for a while.
bool look_is_due(const auth_settings&, const auth_state&, instant now);

} // namespace breakwater
