#pragma once
#include "breakwater/tools/storm/policy_kind.hpp"
#include "breakwater/tools/storm/scenario.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace breakwater::storm {

using duration = std::chrono::nanoseconds;

/// A latency; `open` if nobody answered until the end of the row, so that it is at least this.
struct latency {
  duration value{0};
  bool open = false;

  friend bool operator==(const latency&, const latency&) = default;
};

/// One scenario under one policy, as measured.
struct row {
  const storm::scenario* scenario = nullptr;
  policy_kind policy = policy_kind::naive;
  /// That shared the store; more than one only in `many_processes`.
  uint64_t processes = 1;
  uint64_t callers = 0;
  uint64_t asked = 0;
  /// Token requests that reached the authority, from whomever.
  uint64_t requests = 0;
  /// Of these, with a refresh token that was spent.
  uint64_t replays = 0;
  /// The tokens in use have not been revoked.
  bool family_alive = true;
  /// The store holds the refresh token that it should (scenario.hpp, survivor).
  bool token_kept = true;
  /// Requests that arrived after the authority's first refusal of the same token had been answered.
  uint64_t requests_after_poison = 0;
  latency p50, p99;
  duration wall{0};

  /// Asks that got no answer until the end.
  uint64_t open = 0;
  /// Asks whose answer held no token.
  uint64_t without_token = 0;
  /// Asks for a token by somebody who had a valid one, made while a request was under way, and how many of them were
  /// answered only after it.
  uint64_t valid_asks = 0;
  uint64_t valid_waited = 0;
  /// The callers began with an access token that was good.
  bool began_valid = true;
  /// How long the authority takes.
  std::chrono::milliseconds delay{0};

  /// For plots: when each request arrived, after the first ask; and every latency, ascending.
  std::vector<duration> arrivals;
  std::vector<latency> latencies;
};

/// The scenario as people read it.
inline std::string title_of(const row& r) {
  return r.processes > 1 ? std::to_string(r.processes) + " processes" : std::string{r.scenario->name};
}

} // namespace breakwater::storm
