#pragma once
#include "breakwater/messages/auth_messages.hpp"

#include <functional>

namespace breakwater {

/// One decision, for a log: free of secrets.
struct log_line : history_entry {
  /// True for what nobody must overlook: a lost token, a dead login.
  bool loud = false;
};

/// Called on the auth actor's thread, in order; must not block or throw.
using log_hook = std::function<void(const log_line&)>;

} // namespace breakwater
