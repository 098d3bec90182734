#pragma once
#include "breakwater/tools/broker/protocol/asks.hpp"
#include "breakwater/tools/broker/service/account.hpp"
#include "breakwater/tools/broker/service/tally.hpp"

#include <memory>
#include <set>
#include <unordered_map>
#include <vector>

namespace breakwater::broker {

/// The clients, as the switchboard reaches them. A client that is gone takes nothing.
class audience {
public:
  virtual ~audience() = default;
  /// Where lines for this client go; null: it is gone. To be followed by `wrote`.
  virtual wiped_string* output_of(uint64_t client) = 0;
  /// Lines were added; with `ended`, that many of its open questions are answered.
  virtual void wrote(uint64_t client, size_t ended) = 0;
  /// What this client asked to be changed is changed, or not: it may go on.
  virtual void change_ended(uint64_t client) = 0;
  /// A notification for everyone who wants it.
  virtual void notify_all(std::string_view method, std::string_view params) = 0;
};

/// Which kind of answer somebody waits for.
enum class answer_kind : uint8_t {
  auth_status,
  auth_status_with_token,
  account_read,
  login,
  external_login,
  logout,
  own_status,
  token,
  refresh,
  reload,
  own_login,
  own_logout,
  explain,
  watch,
};

/// Connects clients' questions with auth actors' answers. What is known is answered at once; questions for a refresh
/// that come in together share one ask. The loop's thread only.
class switchboard {
public:
  struct options {
    std::vector<account_options> accounts;
    std::chrono::milliseconds exit_grace{0};
  };

  switchboard(options, caf::actor_system&, std::shared_ptr<inbox>, audience&, tally&);

  /// What kept an account from starting.
  failure problem() const;

  /// What became of a question.
  enum class progress : uint8_t {
    answered, ///< `out` has the answer
    open,     ///< it will come
    changing, ///< it will come, and what this client asks next is meant to be asked after it
  };
  progress ask(uint64_t client, question, wiped_string& out, loop_clock::time_point now);

  /// A client answered a request of ours; a null result: with an error, or by going away.
  void client_answered(uint64_t client, uint64_t id, const json_document& result);
  /// A client is gone.
  void forget(uint64_t client);

  /// Something is in the inbox.
  void on_reports(loop_clock::time_point now, inbox&);
  /// No new flights from now on; those under way have this long.
  void shut_down(std::chrono::milliseconds deadline);
  bool is_down() const { return shutting_down_ && down_ == accounts_.size(); }
  /// True if an issued token could not be saved.
  bool lost_tokens() const { return lost_; }
  size_t open_tickets() const { return tickets_.size(); }

  const std::vector<std::unique_ptr<account>>& accounts() const { return accounts_; }

private:
  struct asker {
    uint64_t client = 0;
    std::string id;
    answer_kind kind = answer_kind::auth_status;
  };
  /// One ask on its way, and everyone who waits for its answer.
  struct ticket {
    size_t account = 0;
    std::vector<asker> askers;
    loop_clock::time_point since;
    bool refresh = false;
    /// An answer that is newer than the account's view: given out once the view has caught up.
    outcome early;
    bool is_early = false;
  };
  /// A question that came before the store was read.
  struct put_off_question {
    uint64_t client = 0;
    question what;
  };
  /// The last ask that others may join.
  struct shared_ask {
    uint64_t number = 0;
    loop_clock::time_point since;
  };

  uint64_t open(size_t account, asker, bool refresh, loop_clock::time_point now);
  progress join(size_t account, asker, bool refresh, loop_clock::time_point now);
  progress put_off(uint64_t client, question);
  void take_up(size_t account, loop_clock::time_point now);
  progress ask_status(uint64_t client, question&, answer_kind, bool refresh, wiped_string&, loop_clock::time_point);
  progress change(uint64_t client, question&, wiped_string& out, loop_clock::time_point now);
  void count_refresh(size_t account);

  void on(size_t account, question_ended&, loop_clock::time_point now);
  void on(size_t account, status_changed&, loop_clock::time_point now);
  void on(size_t account, decision_made&, loop_clock::time_point now);
  void on(size_t account, token_wanted&, loop_clock::time_point now);
  bool is_early(const account&, const outcome&) const;
  void conclude(uint64_t number, ticket&, const outcome&, loop_clock::time_point now);
  void conclude_early(size_t account, loop_clock::time_point now);
  void answer(const ticket&, const asker&, const outcome&, wiped_string& out);
  void settle_change(const ticket&, const outcome&);
  void tell_of_change(size_t account);

  audience& audience_;
  tally& tally_;
  std::vector<std::unique_ptr<account>> accounts_;
  std::unordered_map<uint64_t, ticket> tickets_;
  uint64_t last_ticket_ = 0;
  /// By account.
  std::vector<std::vector<put_off_question>> put_off_;
  /// By account: with refresh, without.
  std::vector<std::array<shared_ask, 2>> shared_;
  /// By account: refresh asks on their way; tickets whose answer came early; logins and logouts on their way.
  std::vector<size_t> refreshing_, early_, changing_;
  /// By account: what its clients were last told with account/updated.
  std::vector<wiped_string> told_;
  std::vector<std::set<uint64_t>> watchers_;
  /// By account: who gave the external token; zero: nobody who is still there.
  std::vector<uint64_t> providers_;
  /// Requests of ours to clients: id to {account, number of the wish}.
  struct wish {
    size_t account = 0;
    uint64_t number = 0;
    uint64_t client = 0;
  };
  std::unordered_map<uint64_t, wish> wishes_;
  uint64_t last_wish_ = 0;
  bool shutting_down_ = false;
  bool lost_ = false;
  size_t down_ = 0;
};

} // namespace breakwater::broker
