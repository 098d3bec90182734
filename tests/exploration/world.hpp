#pragma once
#include "breakwater/core/auth_machine.hpp"
#include "breakwater/tests/exploration/tokens.hpp"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// The world that the machines are explored in: two processes, one store, one authority, one clock. A value: copying it
/// copies four pointers, and whoever changes a part makes a copy of that part first.
namespace breakwater::exploration {

/// Milliseconds since the world began.
using model_time = int64_t;
inline constexpr model_time never = INT64_MAX;

instant to_instant(model_time);
wall_time to_wall(model_time);
/// Rounded up, so that a timer does not fire early.
model_time to_model(instant);
model_time to_model(wall_time);

/// A part shared by many worlds until one changes it.
template <class T>
class cow {
public:
  cow() : part_(std::make_shared<T>()) {}
  const T& operator*() const { return *part_; }
  const T* operator->() const { return part_.get(); }
  T& edit() {
    if (part_.use_count() > 1)
      part_ = std::make_shared<T>(*part_);
    return *part_;
  }

private:
  std::shared_ptr<T> part_;
};

struct token_pair {
  token_id refresh = no_token, access = no_token;
};

/// What the authority knows of a refresh token, and what the oracle saw done with it by those who take the lease.
struct refresh_facts {
  char account = 0; ///< 'X' or 'Y'; 0: never issued
  uint8_t family = 0;
  token_id parent = no_token;
  bool spent = false;
  token_id successor = no_token;
  model_time spent_at = 0;

  bool from_login = false;
  /// Was in the store once.
  bool stored = false;
  bool sent = false;
  /// A request that may have arrived got no verdict: true from then until there is a verdict.
  bool doubt = false;
  /// A living process was told this verdict.
  bool issued = false;
  bool refused = false;
  /// The store's ledger says so.
  bool refused_durable = false;
  bool spent_durable = false;
  /// Its sender lost the lease while the intent stood: others find a doubt, and the sender may still be at work.
  bool left_open = false;
  /// The authority took a request of a program that takes no lease.
  bool used_by_foreigner = false;
  uint8_t confirmations = 0;
  uint8_t doubt_sends = 0;
  bool grace_used = false;
  model_time first_sent = 0, last_sent = 0;
  /// When the intent of the last send was written, as it says itself.
  model_time noted = 0;
  /// The authority's answer, or the lack of one, asked for patience until then.
  model_time pause_until = 0;
};

struct access_facts {
  token_id refresh = no_token;
  char account = 0;
  bool jwt = false;
  bool stored = false;
  /// Its receiver was stopped, and counts its life from the request.
  bool counted_short = false;
  model_time ends = 0;
};

/// A request whose sender has given up or died: it may still arrive.
struct ghost {
  token_id token;
  model_time dies;
};

struct authority_model {
  std::array<refresh_facts, token_count_max> refresh;
  std::array<access_facts, token_count_max> access;
  token_id refresh_count = 0, access_count = 0;
  std::array<bool, 16> family_alive{};
  uint8_t family_count = 0;
  std::vector<ghost> ghosts;
  /// What a program without the lease was issued and has not stored yet.
  token_pair foreign_held;
};

struct store_model {
  stored content;
  /// What the credential was before the last change: what a foreign program may put back.
  credential previous;
  /// What it was when the world began: the backup that somebody may restore.
  credential backup;
  /// The process that holds the lease, or -1.
  int lease = -1;
  /// Half-written: unreadable until somebody writes all of it.
  bool torn = false;
};

enum class question : uint8_t { status, token, refresh, reload, login, logout, shutdown };

struct open_waiter {
  waiter_id id = 0;
  question what = question::status;
  model_time deadline = never;
  /// The generation that must not come back.
  uint64_t rejected = 0;
};

/// How far a request came before its process was stopped.
enum class way : uint8_t {
  left,     ///< it is on the wire
  deciding, ///< the transport has not looked yet whether it is too late
  passed,   ///< the transport has looked, and not a byte has left
};

struct request_in_air {
  token_id token = no_token;
  uint64_t flight = 0;
  model_time sent = 0;
  /// When the machine asked for it: earlier, if the process was stopped in between.
  model_time asked = 0;
  /// The machine's own limit, for a request that has not left.
  model_time not_after = never;
  breakwater::exploration::way way = way::left;
  /// The authority took it while the process was stopped, and issued this, or refused.
  bool arrived = false;
  model_time arrived_at = 0;
  token_pair given;
  /// A login or logout of this process ended since it was sent.
  bool superseded = false;
};

/// Tokens that a process was given and that are not in the store yet.
struct issue_pending {
  token_id sent = no_token, refresh = no_token, access = no_token;
  /// Somebody else replaced what the store held: the store wins, the issue may be dropped.
  bool replaced = false;
  /// A login or logout of this process ended since the request was sent.
  bool superseded = false;
  bool revoked = false;
  /// Seen beside a credential of the same account: revoking it could end that one's grant.
  bool may_share_grant = false;
};

/// One process: the machine under test, what it asked of the store, and what the oracle remembers of it.
struct process {
  std::optional<auth_machine> machine; ///< none: the process is not running
  bool started = false;
  /// Operations on the store in the order of their requests.
  std::vector<effect> queue;
  std::optional<request_in_air> call;
  std::optional<model_time> armed;
  std::vector<open_waiter> open;
  waiter_id last_waiter = 0;
  /// The store changed since the watch last told.
  bool store_news = false;
  bool shutting_down = false;
  /// By SIGSTOP: what others do goes on, and so does the time.
  bool stopped = false;

  // Only for the oracle.
  /// The lease went to nobody while this process believed to hold it.
  bool lease_taken = false;
  std::optional<issue_pending> issue;
  token_id loaded_access = no_token;
  /// In what it read last, the token was in doubt after as many tries as there may be. (The last may be under way.)
  bool loaded_exhausted = false;
  token_id rejected_access = no_token;
  uint8_t rejections = 0;
  /// The access token that the current generation had, whatever its health is now.
  token_id held_access = no_token;
  uint64_t held_generation = 0;
  char held_account = 0;
  /// The generation on which a refused verdict fell; 0: none.
  uint64_t refused_generation = 0;
  token_id misconfigured_token = no_token;
  model_time misconfigured_until = 0;
};

/// The kinds of things that come from outside, each with a budget.
enum class budget : uint8_t { ask, change, store_fault, odd_answer, crash, foreign, wait, lease, stop };
inline constexpr size_t budget_count = 9;

/// What happened at least once: an error without one of its causes is a violation.
enum cause : uint32_t {
  unavailable_answer = 1,
  misconfigured_answer = 2,
  bare_400_answer = 4,
  unsent_request = 8,
  lost_answer = 16,
  refused_answer = 32,
  crash_happened = 64,
  load_failed = 128,
  write_failed = 256,
  foreign_write = 512,
  foreign_restore = 1024,
  account_replaced = 2048,
  shutdown_asked = 4096,
  other_account_answer = 8192,
  logged_out_once = 16384,
  credential_replaced = 32768,
  lease_lost = 65536,
  /// The in-doubt rule let a process send what another one, stopped and without its lease, had sent.
  request_overtaken = 131072,
  /// A process was stopped between the transport's last look at the clock and the wire.
  sent_too_late = 262144,
};

/// What kind of world this is: fixed for a whole exploration.
struct rules {
  bool rotates = true;
  bool answers_refresh_token = true;
  model_time grace = 0;
  /// A process can be stopped so late that nothing can hold its request back.
  bool late_stops = false;
};

struct world {
  model_time now = 0;
  std::array<cow<process>, 2> processes;
  cow<store_model> store;
  cow<authority_model> authority;
  uint32_t causes = 0;
  uint8_t root = 0;
  uint8_t total_left = 0;
  std::array<uint8_t, budget_count> left{};
  rules rule;
};

/// How long an access token lives, and how long the transport waits for an answer.
inline constexpr model_time token_life = 100'000;
inline constexpr model_time transport_timeout = 30'000;
inline constexpr model_time settle_time = 2 * transport_timeout;
inline constexpr model_time caller_patience = 20'000, short_patience = 5'000;
/// What an `unavailable` answer asks for in `Retry-After`.
inline constexpr model_time retry_after_time = 7'000;

/// The machine's settings, with times that make few distinct instants.
const auth_settings& settings_of(const rules&);

/// A new pair of tokens, in a new family or, with a parent, in the parent's.
bool can_issue(const authority_model&);
token_pair issue(authority_model&, char account, token_id parent, model_time now, bool rotates = true);
/// The credential as a login or a program that refreshed would store it.
credential credential_of(const authority_model&, token_pair, char account, model_time now);

} // namespace breakwater::exploration
