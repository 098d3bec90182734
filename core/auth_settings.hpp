#pragma once
#include "breakwater/core/verdict.hpp"

#include <chrono>

namespace breakwater {

/// Everything that a user can set about the decisions. The defaults are meant to be right.
struct auth_settings {
  /// How answers of this authority are judged.
  verdict_table verdicts = default_verdicts();

  /// Refresh this long before the access token ends, or a tenth of its life before if that is shorter.
  std::chrono::seconds early_window = std::chrono::minutes{5};
  /// Refresh a token without an expiry this long after it was issued.
  std::chrono::hours age_max = std::chrono::days{8};
  /// A refresh asked for without naming a generation is satisfied by tokens issued less than this ago, or less than
  /// half their life ago if that is shorter.
  std::chrono::milliseconds fresh_window = std::chrono::seconds{10};

  /// Back-off between tries: doubling from min to max, full jitter.
  std::chrono::milliseconds backoff_min = std::chrono::seconds{1};
  std::chrono::milliseconds backoff_max = std::chrono::minutes{5};
  /// The longest `Retry-After` that is obeyed.
  std::chrono::seconds retry_after_max = std::chrono::hours{1};
  /// How long a misconfigured client stays quiet.
  std::chrono::seconds misconfigured_pause = std::chrono::minutes{5};

  /// How long a flight waits for the lease.
  std::chrono::milliseconds lease_wait_max = std::chrono::seconds{45};
  /// Pauses between tries for the lease: doubling from min to max, jittered.
  std::chrono::milliseconds lease_retry_min{5};
  std::chrono::milliseconds lease_retry_max{100};

  /// No second try of a token in doubt before this: twice the transport's total time-out.
  std::chrono::milliseconds settle = std::chrono::seconds{60};
  /// The authority's documented grace for a second use of a refresh token; zero: none.
  std::chrono::seconds replay_grace{0};
  /// In-doubt tries after which a token with nothing left to lose counts as refused.
  uint32_t doubt_tries_max = 5;
  /// The pause between probes of such a token.
  std::chrono::seconds probe_pause = std::chrono::hours{1};
  /// Answers without a known code that have to confirm a first one.
  uint32_t confirmations_max = 2;

  /// A poisoned or doubtful credential is looked up in the store at most this often when callers ask for a refresh.
  std::chrono::milliseconds look_pause = std::chrono::seconds{1};

  /// The authority has a revocation endpoint.
  bool can_revoke = true;

  /// Callers that may wait at once; more are told `overloaded`.
  size_t waiters_max = size_t{1} << 20;
  /// Decisions kept for `explain`; zero keeps none.
  size_t history_max = 100;
};

} // namespace breakwater
