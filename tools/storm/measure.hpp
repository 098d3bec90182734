#pragma once
#include "breakwater/tools/authority/statistics.hpp"
#include "breakwater/tools/storm/row.hpp"
#include "breakwater/tools/storm/sample.hpp"

#include <vector>

/// What the two sides of the wire saw, put together. Pure.
namespace breakwater::storm {

/// One storm, as recorded.
struct record {
  const storm::scenario* scenario = nullptr;
  policy_kind policy = policy_kind::naive;
  std::vector<samples> callers;
  fake::statistics authority;
  steady_instant began;
  steady_instant ended;
  /// The authority's clock at `began`.
  duration began_there{0};
  std::chrono::milliseconds delay{0};
  bool family_alive = true;
  bool token_kept = true;
  /// The callers began with an access token that was good.
  bool began_valid = true;
};

row measure(const record&);

/// Requests with a refresh token that the authority had refused before, and whose refusal had been on its way for
/// `delay` then.
uint64_t requests_after_refusal(const std::vector<fake::arrival>& timeline, duration delay);

} // namespace breakwater::storm
