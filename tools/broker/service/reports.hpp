#pragma once
#include "breakwater/actors/log_line.hpp"
#include "breakwater/messages/auth_messages.hpp"
#include "breakwater/tools/broker/rpc/auth_codec.hpp"

#include <variant>

/// What reaches the broker's loop from auth actors.
namespace breakwater::broker {

/// How a question ended.
using outcome =
    std::variant<auth_status, bearer, reload_outcome, logout_outcome, history, shutdown_outcome, named_failure>;

struct question_ended {
  uint64_t ticket = 0;
  outcome what;
  /// How things stand after it, with the token; empty if that was not asked.
  auth_status now;
};
/// The snapshot or the health changed.
struct status_changed {
  auth_status now;
};
/// The auth actor decided something.
struct decision_made {
  log_line line;
};
/// An external token has to be renewed by the client that gave it.
struct token_wanted {
  uint64_t number = 0;
  account_info account;
};

struct report {
  /// The account's place among the broker's.
  size_t account = 0;
  std::variant<question_ended, status_changed, decision_made, token_wanted> what;
};

} // namespace breakwater::broker
