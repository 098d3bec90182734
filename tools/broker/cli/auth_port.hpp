#pragma once
#include "breakwater/tools/broker/cli/story.hpp"
#include "breakwater/tools/broker/cli/trouble.hpp"

#include <chrono>
#include <functional>
#include <string>

namespace breakwater::cli {

/// Whoever holds the credential, as the commands see it: a running broker, or the store itself. One thread; every call
/// blocks, at most as long as it says. After `close` nothing more may be asked.
class auth_port {
public:
  virtual ~auth_port() = default;

  /// For people: `the broker on /run/user/1000/breakwater/broker.sock (process 4711)`, `the store /home/me/auth.json`.
  virtual std::string where() const = 0;

  /// How things stand. Never sends anything to the authority.
  virtual asked<status_fields> status() = 0;
  /// A token good for at least `min_validity`, refreshed if need be.
  virtual asked<bearer_fields> token(std::chrono::milliseconds min_validity, std::chrono::milliseconds wait_max) = 0;
  virtual asked<status_fields> refresh(std::chrono::milliseconds wait_max) = 0;
  virtual asked<reload_outcome> reload() = 0;
  virtual asked<status_fields> login(const credential&) = 0;
  virtual asked<logout_outcome> logout(bool revoke) = 0;
  /// All that is known about how it came to this. Never sends anything to the authority.
  virtual asked<story_facts> explain() = 0;
  /// Calls `show` with the current status and then with each change, until it returns false or the user interrupts.
  /// Returns why it ended; no trouble if that was wanted.
  virtual trouble watch(const std::function<bool(const status_fields&)>& show) = 0;

  /// Ends the work: what is under way and its save are waited for, within bounds. Returns what was lost, or nothing.
  virtual trouble close() = 0;
};

} // namespace breakwater::cli
