#pragma once
#include "breakwater/tools/storm/unguarded_policy.hpp"

namespace breakwater::storm {

/// One refresh after another behind a lock, as the incident's peers do: the store is read again before each, and what
/// another program wrote there is taken over without a request; but callers share neither the result nor a refusal, so
/// each sends a request of its own. Whoever asks, also for a token that is still valid, waits for his turn.
class serial_policy final : public unguarded_policy {
public:
  using unguarded_policy::unguarded_policy;
  std::optional<std::string> begin(const std::optional<credential>&) override;
  ask_handle for_caller() override { return clerk_; }
  void end(std::chrono::milliseconds patience) override;

private:
  ask_handle clerk_;
};

} // namespace breakwater::storm
