#include "breakwater/tools/broker/cli/exit_code.hpp"

namespace breakwater::cli {

exit_code exit_code_of(ec code) {
  switch (code) {
  case ec::none:
    return exit_code::ok;
  case ec::invalid_request:
  case ec::misconfigured:
    return exit_code::usage;
  case ec::logged_out:
  case ec::account_changed:
    return exit_code::logged_out;
  case ec::refresh_refused:
  case ec::store_conflict:
  case ec::token_rejected:
  case ec::validity_unavailable:
  case ec::not_over_this_channel:
    return exit_code::refused;
  case ec::unavailable:
  case ec::store_busy:
  case ec::store_unreadable:
  case ec::store_unwritable:
  case ec::timed_out:
  case ec::overloaded:
  case ec::shutting_down:
  case ec::provider_failed:
    return exit_code::unavailable;
  case ec::in_doubt:
    return exit_code::in_doubt;
  }
  return exit_code::unavailable;
}

exit_code exit_code_of(const status_fields& status, wall_time now) {
  if (status.health == auth_health::poisoned)
    return exit_code::refused;
  if (status.method == auth_method::none)
    return status.failure.code == ec::none ? exit_code::logged_out : exit_code_of(status.failure.code);
  auto lives = status.expires_at == unknown_time || now < status.expires_at;
  if (lives)
    return exit_code::ok;
  switch (status.health) {
  case auth_health::in_doubt:
    return exit_code::in_doubt;
  case auth_health::misconfigured:
    return exit_code::usage;
  case auth_health::backing_off:
  case auth_health::unsaved:
    return exit_code::unavailable;
  default:
    return exit_code::ok;
  }
}

} // namespace breakwater::cli
