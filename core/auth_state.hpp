#pragma once
#include "breakwater/core/effects.hpp"
#include "breakwater/core/waiters.hpp"

#include <memory>
#include <optional>
#include <vector>

/// What the auth machine remembers between two events. Plain data; only core/ changes it.
namespace breakwater {

/// The credential held now, with what follows from it.
struct held_credential {
  std::shared_ptr<const credential> value = std::make_shared<const credential>();
  uint64_t number = 1;
  token_hash refresh_token;
  /// When the access token ends; nothing if nobody said.
  std::optional<instant> ends;
  /// When it became current, and whether it was new to the world then: only so is it fresh.
  instant since;
  bool fresh = false;
  std::optional<span> life;
  /// How often callers reported this very access token as rejected.
  uint32_t rejections = 0;
};

/// Why nothing is sent for now. Code ec::none: no pause.
struct pause {
  ec code = ec::none;
  instant until;
};

/// The held credential was issued and could not be stored yet. While this exists, the lease is held.
struct unsaved_credential {
  /// What the store still holds.
  token_hash predecessor;
  /// The flight whose intent stays in the store until the credential is saved.
  uint64_t flight = 0;
  instant next_try;
  uint32_t failures = 0;
  /// Why it is not stored, in the store's words: what a status shows until it is.
  status_failure why;
};

/// Where the flight is. Each but `idle` and `pausing` waits for one answer.
enum class flight_phase : uint8_t {
  idle = 0,
  acquiring = 1,  ///< for the lease
  pausing = 2,    ///< for the next try to take the lease
  loading = 3,    ///< for the store's content, under the lease
  saving = 4,     ///< for the write of an unsaved credential
  restoring = 5,  ///< for our token to replace its own predecessor in the store
  intending = 6,  ///< for the intent to be durable
  calling = 7,    ///< for the authority, or the provider of external tokens
  committing = 8, ///< for the issued credential to be durable
  rechecking = 9, ///< for the store's content, after a refusal or a conflict
  noting = 10,    ///< for the ledger to be durable
  clearing = 11,  ///< for the intent to be gone
};

std::string to_string(flight_phase);

/// The one token request under way, from the lease to its release.
struct flight {
  flight_phase phase = flight_phase::idle;
  uint64_t id = 0;
  /// The store operation whose answer the phase waits for.
  uint64_t op = 0;
  instant lease_deadline;
  instant lease_retry;
  uint32_t lease_tries = 0;
  /// The refresh token that was sent, and the credential it belongs to.
  token_hash sent;
  std::shared_ptr<const credential> from;
  /// The token was in doubt when it was sent.
  bool doubtful = false;
  /// What the ledger said of it before the intent.
  ledger_entry before;
  /// Names the intent to be cleared: this flight's, or that of the flight whose credential was unsaved.
  uint64_t intent_of = 0;
  /// The request must not leave after this.
  instant send_by;
  /// When it was handed to the transport.
  instant called;
  /// The intent of this flight may be in the store.
  bool intent_written = false;
  /// The ledger, once written, proves what became of the token: the intent can go.
  bool intent_settled = false;
  verdict judged;
  /// What the authority issued, until it is durable or dropped.
  std::shared_ptr<const credential> issued;
  /// What the waiters are told when the ledger is durable.
  failure outcome;
  /// The waiters of this flight have their answer; the rest is housekeeping.
  bool told = false;
};

/// When this process first knew of a note that a refresh token was sent. Its date is wall time, and the wall clock may
/// have been set since: the token was sent before this.
struct sighting {
  token_hash refresh_token;
  wall_time last_sent = unknown_time;
  instant at;
};

enum class control_kind : uint8_t { start = 0, look = 1, reload = 2, login = 3, logout = 4 };

/// An operation on the store beside the flight.
struct control_op {
  uint64_t op = 0;
  control_kind kind = control_kind::look;
  waiter_id who = 0;
  bool revoke = false;
};

struct auth_state {
  uint64_t life = 0;
  bool started = false;
  held_credential held;

  /// The refused verdict on `held`; code ec::none: none.
  status_failure poison;
  /// What went wrong last and still matters.
  status_failure trouble;
  breakwater::pause pause;
  /// The refresh token of `held` is in doubt, and when it may be sent again; nothing: not as things stand.
  bool doubt = false;
  std::optional<instant> doubt_ends;
  /// Of the note that doubt and pause follow from.
  sighting noted;
  std::optional<unsaved_credential> unsaved;
  /// The store holds another account or none, seen without being told to switch.
  bool account_moved = false;
  /// Flights in a row that ended without an answer of the authority.
  uint32_t failures = 0;

  /// The ledger as last read or written.
  breakwater::ledger ledger;
  breakwater::flight flight;
  bool lease = false;
  std::vector<control_op> controls;
  uint64_t last_op = 0;
  instant last_look;
  bool looked = false;
  /// The store changed while it was being looked at: perhaps after it was read.
  bool look_again = false;

  breakwater::waiters waiters;

  /// When to refresh ahead; nothing: not at all.
  std::optional<instant> early;
  /// The authority's clock minus ours, as its `Date` told.
  span skew{0};

  bool shutting_down = false;
  instant shutdown_deadline;
  std::vector<waiter_id> shutdown_waiters;

  std::optional<instant> armed;

  /// Made once per change, given out by reference.
  auth_status status_with_token;
  auth_status status_without_token;
  bearer token;
  breakwater::history history;
};

} // namespace breakwater
