#pragma once
#include "breakwater/actors/interfaces.hpp"
#include "breakwater/messages/exchange_messages.hpp"
#include "breakwater/tools/storm/policy_kind.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace breakwater::storm {

/// What callers ask, whoever answers: the auth actor, or what people write instead of it.
using ask_handle = compat::actor_of<caf::result<auth_status>(get_status), caf::result<bearer>(get_token)>;

/// One way for the callers of a process to come to a token. All of them speak to the authority through the same
/// transport; only who sends what, and when, differs. Used by one thread.
class policy {
public:
  virtual ~policy() = default;

  /// Gets ready with this login, or with the one that the store holds already. Returns what went wrong, or nothing.
  virtual std::optional<std::string> begin(const std::optional<credential>&) = 0;
  /// Whom one more caller asks.
  virtual ask_handle for_caller() = 0;
  /// The user logs in. Does not wait.
  virtual void login(const credential&) = 0;
  /// Another program writes to the store.
  virtual std::optional<std::string> write_from_outside(const credential&) = 0;
  /// No more asks come. Requests under way are waited for, at most this long; then all is over. Once.
  virtual void end(std::chrono::milliseconds patience) = 0;
  /// What the store holds.
  virtual credential stored() = 0;
};

/// `auth_file`: where other processes keep the same login. Empty: a store of the policy's own.
std::unique_ptr<policy> make_policy(policy_kind, caf::actor_system&, const authority&, std::string auth_file = {});

} // namespace breakwater::storm
