#pragma once
#include "breakwater/tests/exploration/world.hpp"

/// What can happen next in a world, and its name in a trace.
namespace breakwater::exploration {

enum class event_kind : uint8_t {
  // Nothing from outside: what was begun goes on.
  store_step,      ///< the store performs the first operation of the process and answers
  answer,          ///< the authority gets the request and does what a strict authority does; the answer arrives
  timer,           ///< the armed timer fires; the clock moves to it first, if need be
  ghost_arrives,   ///< a request whose sender gave up or died reaches the authority
  request_arrives, ///< the request of a stopped process reaches the authority
  resume,          ///< a stopped process goes on
  // The store fails.
  store_fails,      ///< nothing was written or read
  store_half_fails, ///< written, and reported as failed
  // The authority or the wire does something else.
  answer_lost,          ///< the sender hears nothing; the request may arrive later
  answer_unsent,        ///< not a byte left
  answer_unavailable,   ///< 503 with Retry-After
  answer_misconfigured, ///< 401 invalid_client
  answer_bare_400,      ///< 400, empty
  answer_refused,       ///< the user ended the grant: 400 invalid_grant
  answer_other_account, ///< tokens of account Y
  // Callers.
  ask_token,
  ask_token_rejected,
  ask_refresh,
  ask_refresh_seen,
  ask_status,
  // People and their programs.
  login_same,
  login_other,
  logout,
  logout_unrevoked,
  reload,
  configure,
  notice, ///< the watch tells
  shutdown,
  stop,           ///< SIGSTOP
  stop_unsent,    ///< the same, after a request was decided and before it was handed to the wire
  stop_unchecked, ///< the same, after the last look at the clock: nothing can hold that request back
  crash,
  start,
  wait,       ///< the clock moves to the next instant that matters, with no timer due before it
  lease_lost, ///< somebody deletes the lock file: the holder lives and is not told
  // Programs that take no lease.
  foreign_refresh,
  foreign_login,
  foreign_other_login,
  foreign_restore,
  foreign_delete,
  foreign_tear,
  foreign_spend, ///< sends what is stored, and stores the answer later
  foreign_store_late,
  foreign_restore_backup, ///< the credential of the very beginning
  foreign_touch,          ///< a new date, and nothing else
};

struct event {
  event_kind kind;
  uint8_t who = 0;
};

std::string describe(event);

/// All that can happen next, cheapest first; within the budgets left.
void list_events(const world&, std::vector<event>& into);

/// The next instant that matters to nobody's timer: a token ends, a pause or the settling time is over.
model_time next_instant(const world&);

/// The budget that an event of this kind is paid from; none: it is free.
std::optional<budget> price_of(const world&, event);

} // namespace breakwater::exploration
