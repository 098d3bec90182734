#pragma once
#include "breakwater/tools/broker/protocol/asks.hpp"
#include "breakwater/tools/broker/service/account_options.hpp"
#include "breakwater/tools/broker/service/courier.hpp"

#include <array>
#include <optional>
#include <string_view>

namespace breakwater::broker {

using loop_clock = std::chrono::steady_clock;

/// One credential as the loop sees it: its auth actor, and what is known of it without asking. The loop's thread only.
class account {
public:
  /// Starts the auth actor. `problem` says what is wrong with the options; the account is then of no use.
  account(size_t index, account_options, std::chrono::milliseconds exit_grace, caf::actor_system&,
          std::shared_ptr<inbox>);
  ~account();
  account(const account&) = delete;
  account& operator=(const account&) = delete;

  const failure& problem() const { return problem_; }
  const std::string& name() const { return name_; }
  /// Where the credential is stored, for people.
  const std::string& where() const { return where_; }

  // -- what is known -------------------------------------------------------------------------------------------------

  /// The last status that was said; empty until the store was read.
  const auth_status& view() const { return view_; }
  /// Takes over a newer one.
  void update(const auth_status&);
  /// The same, when it was pushed: what was known of the last refresh does not count any more.
  void pushed(const auth_status&);
  /// A question for a refresh ended with the view as it is.
  void refresh_ended(loop_clock::time_point now);

  /// True if a question can be answered from the view. One for a refresh can if there is nothing to refresh, or if the
  /// auth actor said less than `look_pause` ago that no refresh helps and nothing changed since: it would not look at
  /// the store again before that.
  bool knows(bool refresh, loop_clock::time_point now) const;

  /// Results made from the view, once for each change of it. Valid until the next change.
  std::string_view auth_status_text(bool include_token);
  std::string_view account_text();

  // -- asking --------------------------------------------------------------------------------------------------------

  template <class Ask>
  void carry(uint64_t ticket, Ask what) {
    send_errand(courier_, errand::carry{ticket, std::move(what)});
  }
  void carry_apart(uint64_t ticket, std::variant<get_token, refresh> what);
  /// Answers a `token_wanted`.
  void provide(uint64_t number, failure, credential);

private:
  size_t index_;
  std::string name_;
  std::string where_;
  caf::actor_system& system_;
  std::shared_ptr<inbox> inbox_;
  failure problem_;
  std::chrono::milliseconds look_pause_{0};
  courier_handle courier_;
  std::optional<auth_service> service_;

  auth_status view_;
  std::optional<loop_clock::time_point> known_until_;
  /// Without token, with token, account/read; empty: not made yet.
  std::array<wiped_string, 3> texts_;
};

} // namespace breakwater::broker
