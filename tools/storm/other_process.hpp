#pragma once
#include "breakwater/messages/credential.hpp"
#include "breakwater/messages/exchange_messages.hpp"

#include <optional>

namespace breakwater::storm {

/// What a program that knows nothing of us does: it refreshes this credential with a request of its own. Blocks until
/// that is answered. Nothing if it got no tokens.
std::optional<credential> refresh_elsewhere(const authority&, credential);

} // namespace breakwater::storm
