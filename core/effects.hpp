#pragma once
#include "breakwater/messages/auth_messages.hpp"
#include "breakwater/messages/exchange_messages.hpp"
#include "breakwater/messages/store_messages.hpp"

#include <variant>
#include <vector>

/// What the machine tells its shell to do. Every operation on the store carries a number that its answer repeats.
namespace breakwater {

/// A caller whose answer is still open: the shell's number for it, never reused while open.
using waiter_id = uint64_t;

/// A failure as a caller gets it; `retry_after` if a later try can help and when is known.
struct refused_request {
  failure error;
  wall_time retry_after = unknown_time;
};

using reply = std::variant<auth_status, bearer, reload_outcome, logout_outcome, shutdown_outcome, refused_request>;

namespace effects {

/// Gives these callers this answer. Every caller is named exactly once in the machine's life.
struct answer {
  std::vector<waiter_id> who;
  reply what;
};

/// Sends every listener the new snapshot.
struct publish {
  auth_changed notice;
};

/// Wakes the machine with `on_timer` at this instant, instead of any earlier wish.
struct arm_timer {
  instant at;
};

/// Sends one token request; answered by `on_answer`. After `not_after` it must not leave any more, and counts as
/// unsent: the intent says when it left, and whoever finds that note waits only so long.
struct call_authority {
  uint64_t flight;
  secret refresh_token;
  instant not_after = instant::max();
};

/// Asks the provider of external tokens; answered by `on_provided`.
struct ask_provider {
  uint64_t flight;
  account_info account;
};

/// Revokes a token, best effort and in the background; answered by `on_revoked`.
struct revoke_token {
  secret token;
  token_kind kind;
};

struct store_load {
  uint64_t op;
};
struct store_acquire {
  uint64_t op;
};
struct store_write_intent {
  uint64_t op;
  breakwater::intent intent;
  breakwater::ledger ledger;
};
struct store_write_ledger {
  uint64_t op;
  breakwater::ledger ledger;
};
struct store_clear_intent {
  uint64_t op;
  uint64_t flight;
};
struct store_commit {
  uint64_t op;
  credential next;
  token_hash sent;
};
struct store_put {
  uint64_t op;
  credential next;
};
struct store_take {
  uint64_t op;
};
/// Not answered.
struct store_release {};

/// A decision that people may want to see, also kept in the history. Free of secrets.
struct note {
  history_entry entry;
  /// True for what nobody must overlook: a lost token, a dead login.
  bool loud = false;
};

} // namespace effects

using effect =
    std::variant<effects::answer, effects::publish, effects::arm_timer, effects::call_authority, effects::ask_provider,
                 effects::revoke_token, effects::store_load, effects::store_acquire, effects::store_write_intent,
                 effects::store_write_ledger, effects::store_clear_intent, effects::store_commit, effects::store_put,
                 effects::store_take, effects::store_release, effects::note>;

/// In the order in which they are to be performed.
using effect_list = std::vector<effect>;

} // namespace breakwater
