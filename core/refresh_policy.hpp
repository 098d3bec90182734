#pragma once
#include "breakwater/core/auth_settings.hpp"
#include "breakwater/messages/store_messages.hpp"
#include "breakwater/messages/time.hpp"

#include <optional>

/// When to try, and when not: pure arithmetic on times. Randomness is an argument.
namespace breakwater {

/// The instant at which the wall clock will show `at`, as seen now.
instant to_instant(wall_time at, const moment& now);
/// What the wall clock will show at that instant, as seen now.
wall_time to_wall(instant at, const moment& now);

/// The pause after the nth failure in a row: between a tenth of `backoff_min` and min * 2^(n-1), at most
/// `backoff_max`, with full jitter.
span next_backoff(uint32_t failures, uint64_t random, const auth_settings&);

/// The pause that an answer asks for: its `Retry-After` up to `retry_after_max`, else the back-off.
span pause_after(std::chrono::seconds retry_after, uint32_t failures, uint64_t random, const auth_settings&);

/// When the note of this token was made, as far as clocks tell: not after `before`, when it was seen.
instant sent_at(const ledger_entry&, std::optional<instant> before, const moment& now);

/// The end of the pause that the note of this token asks for: as long after it was sent as was meant then.
instant next_try_at(const ledger_entry&, instant sent);

/// The pause before the nth further try for the lease.
span next_lease_pause(uint32_t tries, uint64_t random, const auth_settings&);

/// When to refresh a token ahead of its end: `early_window` before, or a tenth of its life if that is shorter, and up
/// to a tenth of that window earlier by chance.
instant early_instant(instant ends, std::optional<span> life, uint64_t random, const auth_settings&);

/// The in-doubt rule. A token in doubt may be sent again, once within the authority's documented `replay_grace`, or
/// when there is nothing left to lose because the access token is over; never before `settle` after the last send.
struct doubt_question {
  /// When the access token ends; nothing: nobody knows.
  std::optional<instant> ends;
  /// Callers reported this very access token rejected at least twice.
  bool rejected = false;
  /// When the token was sent at the latest, whatever the date of the note says; nothing: as it says.
  std::optional<instant> sent_before;
};

struct doubt_ruling {
  /// The earliest instant at which the token may be sent again; nothing: not as things stand.
  std::optional<instant> try_at;
  /// That try is the one that the grace allows.
  bool by_grace = false;
};

doubt_ruling rule_on_doubt(const ledger_entry&, const doubt_question&, const moment& now, const auth_settings&);

} // namespace breakwater
