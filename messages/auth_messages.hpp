#pragma once
#include "breakwater/messages/credential.hpp"
#include "breakwater/messages/error.hpp"
#include "breakwater/messages/shared_value.hpp"
#include "breakwater/messages/time.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

/// What the auth actor is asked, and what it answers. Each line of `actors/interfaces.hpp` pairs them.
namespace breakwater {

/// How long a caller waits unless it says otherwise.
inline constexpr std::chrono::milliseconds wait_max_default = std::chrono::seconds{60};

/// Grows by one whenever the snapshot materially changes, within one life of one actor. Life 0: no generation.
struct generation {
  uint64_t life = 0;
  uint64_t number = 0;

  explicit operator bool() const noexcept { return life != 0; }
  friend bool operator==(const generation&, const generation&) = default;
};

/// Why a refresh token was refused for good.
enum class refusal : uint8_t {
  none = 0,
  expired = 1,
  reused = 2,
  revoked = 3,
  unknown = 4,
  other_account = 5, ///< the authority answered with tokens of another account
};

/// How the credential is. Only `poisoned` withholds the token.
enum class auth_health : uint8_t {
  ok = 0,
  refreshing = 1,
  backing_off = 2,
  in_doubt = 3,
  unsaved = 4,
  misconfigured = 5,
  poisoned = 6,
};

std::string to_string(refusal);
std::string to_string(auth_health);

/// What went wrong last, as a status shows it.
struct status_failure {
  ec code = ec::none;
  refusal reason = refusal::none;
  std::string message;
  wall_time since = unknown_time;
};

/// The content of an `auth_status`.
struct status_fields {
  auth_method method = auth_method::none;
  account_info account;
  breakwater::generation generation;
  /// When the access token ends; unknown_time if nobody said.
  wall_time expires_at = unknown_time;
  /// The access token or API key: only if asked for, and not while poisoned.
  secret token;
  auth_health health = auth_health::ok;
  status_failure failure;
  /// No request is sent before this; unknown_time: nothing to wait for.
  wall_time retry_after = unknown_time;
};

/// How things stand. Never an error: what went wrong is in it.
struct auth_status : shared_value<status_fields> {
  using shared_value::shared_value;
};

/// The content of a `bearer`.
struct bearer_fields {
  secret token;
  breakwater::generation generation;
  wall_time expires_at = unknown_time;
  account_info account;
};

/// A token to put behind `Authorization: Bearer`. Name its generation in `get_token::rejected` if a server refuses it.
struct bearer : shared_value<bearer_fields> {
  using shared_value::shared_value;
};

/// Asks how things stand. With `refresh` it first joins or starts a flight.
struct get_status {
  bool include_token = false;
  bool refresh = false;
  std::chrono::milliseconds wait_max = wait_max_default;
};

/// Asks for a token that is good for at least `min_validity`, refreshed if need be.
struct get_token {
  std::chrono::milliseconds min_validity{0};
  /// The generation whose token a server answered with 401: that one is never handed to this caller again.
  generation rejected;
  std::chrono::milliseconds wait_max = wait_max_default;
};

/// Asks for a newer credential than the one observed. Without `observed`, one issued a moment ago is new enough.
struct refresh {
  generation observed;
  std::chrono::milliseconds wait_max = wait_max_default;
};

/// Reads the store again; the only message that switches to another account found there.
struct reload {};

enum class reload_outcome : uint8_t { unchanged = 0, changed = 1, logged_out = 2 };

/// Replaces the credential: durable before it is answered.
struct login {
  breakwater::credential credential;
};

/// Erases the credential in memory and store, in one step, and revokes it at the authority in the background.
struct logout {
  bool revoke = true;
};

struct logout_outcome {
  bool was_logged_in = false;
  /// True if a revocation (RFC 7009) was started; its end is in the history.
  bool revoking = false;
};

/// Asks for the last decisions.
struct explain {};

/// One decision, free of secrets.
struct history_entry {
  wall_time at = unknown_time;
  /// What was decided: a stable word, such as `flight_started`.
  std::string what;
  /// Why, for people.
  std::string detail;
};

/// The last decisions, oldest first: why am I logged out?
struct history {
  std::vector<history_entry> entries;
};

/// Ends the actor's work: no new flights; the one under way and its save are waited for until `deadline` from now.
struct shutdown {
  std::chrono::milliseconds deadline = std::chrono::seconds{10};
};

/// Answers `shutdown`. `lost` is true if an issued token could not be saved: the history says which and why.
struct shutdown_outcome {
  bool lost = false;
};

/// What a listener is sent: the status with its token, at once after `subscribe` and then at each change, in order.
struct auth_changed {
  auth_status snapshot;
};

std::string to_string(reload_outcome);

template <object_inspector Inspector>
auto inspect(Inspector& f, ec& x) {
  return inspect_enum(f, x);
}
template <object_inspector Inspector>
auto inspect(Inspector& f, refusal& x) {
  return inspect_enum(f, x);
}
template <object_inspector Inspector>
auto inspect(Inspector& f, auth_health& x) {
  return inspect_enum(f, x);
}
template <object_inspector Inspector>
auto inspect(Inspector& f, reload_outcome& x) {
  return inspect_enum(f, x);
}
template <class Inspector>
auto inspect(Inspector& f, generation& x) {
  return inspect_object(f, x, "generation", field("life", x.life), field("number", x.number));
}
template <class Inspector>
auto inspect(Inspector& f, status_failure& x) {
  return inspect_object(f, x, "status_failure", field("code", x.code), field("reason", x.reason),
                        field("message", x.message), field("since", x.since));
}
template <class Inspector>
auto inspect(Inspector& f, status_fields& x) {
  return inspect_object(f, x, "status_fields", field("method", x.method), field("account", x.account),
                        field("generation", x.generation), field("expires_at", x.expires_at), field("token", x.token),
                        field("health", x.health), field("failure", x.failure), field("retry_after", x.retry_after));
}
template <class Inspector>
auto inspect(Inspector& f, bearer_fields& x) {
  return inspect_object(f, x, "bearer_fields", field("token", x.token), field("generation", x.generation),
                        field("expires_at", x.expires_at), field("account", x.account));
}
template <class Inspector>
auto inspect(Inspector& f, auth_status& x) {
  return inspect_shared(f, static_cast<shared_value<status_fields>&>(x));
}
template <class Inspector>
auto inspect(Inspector& f, bearer& x) {
  return inspect_shared(f, static_cast<shared_value<bearer_fields>&>(x));
}
template <class Inspector>
auto inspect(Inspector& f, get_status& x) {
  return inspect_object(f, x, "get_status", field("include_token", x.include_token), field("refresh", x.refresh),
                        field("wait_max", x.wait_max));
}
template <class Inspector>
auto inspect(Inspector& f, get_token& x) {
  return inspect_object(f, x, "get_token", field("min_validity", x.min_validity), field("rejected", x.rejected),
                        field("wait_max", x.wait_max));
}
template <class Inspector>
auto inspect(Inspector& f, refresh& x) {
  return inspect_object(f, x, "refresh", field("observed", x.observed), field("wait_max", x.wait_max));
}
template <class Inspector>
auto inspect(Inspector& f, reload& x) {
  return inspect_object(f, x, "reload");
}
template <class Inspector>
auto inspect(Inspector& f, login& x) {
  return inspect_object(f, x, "login", field("credential", x.credential));
}
template <class Inspector>
auto inspect(Inspector& f, logout& x) {
  return inspect_object(f, x, "logout", field("revoke", x.revoke));
}
template <class Inspector>
auto inspect(Inspector& f, logout_outcome& x) {
  return inspect_object(f, x, "logout_outcome", field("was_logged_in", x.was_logged_in), field("revoking", x.revoking));
}
template <class Inspector>
auto inspect(Inspector& f, explain& x) {
  return inspect_object(f, x, "explain");
}
template <class Inspector>
auto inspect(Inspector& f, history_entry& x) {
  return inspect_object(f, x, "history_entry", field("at", x.at), field("what", x.what), field("detail", x.detail));
}
template <class Inspector>
auto inspect(Inspector& f, history& x) {
  return inspect_object(f, x, "history", field("entries", x.entries));
}
template <class Inspector>
auto inspect(Inspector& f, shutdown& x) {
  return inspect_object(f, x, "shutdown", field("deadline", x.deadline));
}
template <class Inspector>
auto inspect(Inspector& f, shutdown_outcome& x) {
  return inspect_object(f, x, "shutdown_outcome", field("lost", x.lost));
}
template <class Inspector>
auto inspect(Inspector& f, auth_changed& x) {
  return inspect_object(f, x, "auth_changed", field("snapshot", x.snapshot));
}

} // namespace breakwater
