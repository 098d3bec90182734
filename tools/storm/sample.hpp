#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <vector>

namespace breakwater::storm {

using steady_instant = std::chrono::steady_clock::time_point;

enum class ask_kind : uint8_t {
  status, ///< get_status{include_token, refresh}
  token,  ///< get_token
};

/// One ask and its answer, as the caller saw them.
struct sample {
  ask_kind kind = ask_kind::status;
  bool answered = false;
  bool got_token = false;
  steady_instant asked_at;
  steady_instant answered_at;
};

/// The asks of one caller, in order.
using samples = std::vector<sample>;

/// Counted by all callers together while they run.
struct progress_counts {
  std::atomic<uint64_t> asked{0};
  std::atomic<uint64_t> answered{0};
};

} // namespace breakwater::storm
