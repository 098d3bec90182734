#pragma once
#include "breakwater/messages/auth_messages.hpp"
#include "breakwater/messages/credential.hpp"
#include "breakwater/messages/error.hpp"
#include "breakwater/messages/token_hash.hpp"

#include <optional>
#include <string>
#include <vector>

/// What a store keeps, and how its operations end.
namespace breakwater {

/// How many refresh tokens a ledger remembers.
inline constexpr size_t ledger_size_max = 32;

/// What is known about a refresh token that was sent.
enum class token_fate : uint8_t {
  sent = 0,     ///< sent, and the answer said that it is not spent
  in_doubt = 1, ///< sent, and nobody knows whether it is spent
  spent = 2,    ///< the authority issued another one for it
  refused = 3,  ///< the authority refused it for good
};

std::string to_string(token_fate);

/// One refresh token's record: durable, and free of the token itself.
struct ledger_entry {
  token_hash refresh_token;
  token_fate fate = token_fate::sent;
  /// Why it was refused, and what the authority said.
  refusal reason = refusal::none;
  std::string message;
  /// The access token that was poisoned along with it: the poison survives a restart, and ends when that one changes.
  token_hash access_token;
  /// What was issued for it: known of a spent one.
  token_hash successor;
  wall_time first_sent = unknown_time;
  wall_time last_sent = unknown_time;
  /// No request before this; unknown_time: no such pause.
  wall_time next_try = unknown_time;
  /// Requests that failed since the last issued answer: the exponent of the back-off.
  uint32_t failures = 0;
  /// Requests sent again although the token was in doubt.
  uint32_t doubt_tries = 0;
  /// Answers that looked like a refusal without saying so (400 without a known code).
  uint32_t confirmations = 0;
  /// The one try that `replay_grace` allows was made.
  bool grace_used = false;

  friend bool operator==(const ledger_entry&, const ledger_entry&) = default;
};

/// The last refresh tokens of a store, oldest first.
using ledger = std::vector<ledger_entry>;

/// The durable note that a refresh token is about to be sent.
struct intent {
  token_hash refresh_token;
  /// Names the flight that wrote it: random, so that nobody clears another's.
  uint64_t flight = 0;
  wall_time written = unknown_time;

  friend bool operator==(const intent&, const intent&) = default;
};

/// All that a store holds. Method none: no credential.
struct stored {
  breakwater::credential credential;
  breakwater::ledger ledger;
  std::optional<breakwater::intent> intent;
};

/// How a write ended. `code` is ec::none if it is durable; a message beside it is a remark for the history.
using store_outcome = failure;

/// What `load` read. With a failure (`store_unreadable`), `found` is empty and means nothing.
struct load_result {
  failure error;
  stored found;
};

enum class commit_outcome : uint8_t {
  saved = 0,    ///< durable
  failed = 1,   ///< not written, or perhaps not durable: keep it and try again
  conflict = 2, ///< the store holds another refresh token than the one sent, or none: nothing was written
};

struct commit_result {
  commit_outcome outcome = commit_outcome::saved;
  failure error;
};

/// What `put` found and did: `found.credential` is the new one; ledger and intent are the store's.
struct put_result {
  failure error;
  stored found;
};

/// What `take` erased. With a failure nothing was erased.
struct take_result {
  failure error;
  credential erased;
};

} // namespace breakwater
