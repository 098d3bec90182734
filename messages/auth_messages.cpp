#include "breakwater/messages/auth_messages.hpp"

namespace breakwater {

std::string to_string(refusal reason) {
  switch (reason) {
  case refusal::none:
    return "none";
  case refusal::expired:
    return "expired";
  case refusal::reused:
    return "reused";
  case refusal::revoked:
    return "revoked";
  case refusal::unknown:
    return "unknown";
  case refusal::other_account:
    return "other_account";
  }
  return "unknown";
}

std::string to_string(auth_health health) {
  switch (health) {
  case auth_health::ok:
    return "ok";
  case auth_health::refreshing:
    return "refreshing";
  case auth_health::backing_off:
    return "backing_off";
  case auth_health::in_doubt:
    return "in_doubt";
  case auth_health::unsaved:
    return "unsaved";
  case auth_health::misconfigured:
    return "misconfigured";
  case auth_health::poisoned:
    return "poisoned";
  }
  return "unknown";
}

std::string to_string(reload_outcome outcome) {
  switch (outcome) {
  case reload_outcome::unchanged:
    return "unchanged";
  case reload_outcome::changed:
    return "changed";
  case reload_outcome::logged_out:
    return "logged_out";
  }
  return "unknown";
}

} // namespace breakwater
