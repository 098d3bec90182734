#pragma once
#include "breakwater/tools/authority/behavior.hpp"

#include <chrono>
#include <optional>
#include <span>
#include <string_view>

/// What can go wrong around a refresh token, each as one line of a table.
namespace breakwater::storm {

/// What happens beside the callers.
enum class incident : uint8_t {
  none,
  login,         ///< the user logs in again while the first request is under way
  other_process, ///< another program refreshes the stored credential before anyone asks
};

/// Which refresh token a client that makes no mistake has in its store at the end.
enum class survivor : uint8_t {
  newest,  ///< one that the authority would honour now
  initial, ///< the one that it began with: nothing newer was ever delivered
};

/// What a client that makes no mistake shows. The same for every policy; only Breakwater is held to it.
struct expectation {
  /// One burst of callers is one request.
  uint64_t requests = 1;
  /// After this time one more request is right, and so on; zero: never.
  std::chrono::seconds quiet{0};
  survivor keeps = survivor::newest;
  /// The access token stays in use to the end.
  bool stays_in_use = true;
};

struct scenario {
  std::string_view name;
  /// For people, in one line.
  std::string_view about;
  /// The answer that the authority gives to everybody; `refuses` makes it a verdict on the token instead.
  fake::behavior standing;
  /// Only the first request gets this.
  std::optional<fake::behavior> first;
  /// The authority's delay is at least this long.
  std::chrono::milliseconds delay_min{0};
  incident beside = incident::none;
  expectation right;
};

/// All scenarios, in the order in which `all` runs them.
std::span<const scenario> scenarios();

/// Beside the table: several processes share one auth.json and refresh at once.
const scenario& many_processes();

/// The scenario of this name; nullptr: there is none.
const scenario* find_scenario(std::string_view name);

} // namespace breakwater::storm
