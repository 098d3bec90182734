#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace breakwater {

/// Every way a request can fail: for the caller's branch, not for the log line. Numbers are never reused.
enum class ec : uint8_t {
  none = 0,
  /// No credential is held. A login helps.
  logged_out = 1,
  /// The authority refused the refresh token for good (RFC 6749, section 5.2, `invalid_grant`). Only a login helps.
  refresh_refused = 2,
  /// The authority could not answer now, or asked for patience. Trying later helps.
  unavailable = 3,
  /// The client is set up wrongly for this authority; the refresh token is not to blame. A configuration change helps.
  misconfigured = 4,
  /// A request was sent and its answer lost: the refresh token may be spent. The access token stays in use.
  in_doubt = 5,
  /// Another process holds the lease of the store and did not give it back in time.
  store_busy = 6,
  /// The store exists and cannot be read; the snapshot in memory stays.
  store_unreadable = 7,
  /// The store cannot be written, so nothing was sent.
  store_unwritable = 8,
  /// The store holds another account, or none, since somebody logged in or out. `reload` switches.
  account_changed = 9,
  /// The store holds a refresh token that is known to be dead, and ours is not its successor. A login helps.
  store_conflict = 10,
  /// The caller's `wait_max` is over.
  timed_out = 11,
  /// More than `waiters_max` callers wait already.
  overloaded = 12,
  /// The auth actor is ending.
  shutting_down = 13,
  /// Tokens leave this process only over mutual TLS.
  not_over_this_channel = 14,
  /// The token that the caller saw rejected cannot be replaced.
  token_rejected = 15,
  /// The authority issues tokens that do not live as long as the caller asked for.
  validity_unavailable = 16,
  /// The program that provides external tokens gave none, or one of another account.
  provider_failed = 17,
  /// The request itself makes no sense, and the message says why.
  invalid_request = 18,
};

/// The name of the enumerator, as written here.
std::string to_string(ec);
/// Reads what `to_string` wrote. False for any other text; the code is then left alone.
bool from_string(std::string_view, ec&);
/// Reads a number. False if no code has it; the code is then left alone.
bool from_integer(uint8_t, ec&);

/// A failure with its explanation. The message is for people: what failed, where, what to do; never a secret.
struct failure {
  ec code = ec::none;
  std::string message;

  explicit operator bool() const noexcept { return code != ec::none; }
  friend bool operator==(const failure&, const failure&) = default;
};

} // namespace breakwater
