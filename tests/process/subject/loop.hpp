#pragma once
#include "breakwater/actors/interfaces.hpp"
#include "breakwater/tests/process/subject/output.hpp"

#include <memory>

namespace breakwater::subject {

/// How callers ask for a token again and again.
struct loop_plan {
  size_t callers = 1;
  std::chrono::milliseconds min_validity{0};
  /// Between an answer and the next question.
  std::chrono::milliseconds pause{40};
  /// How long one question may take.
  std::chrono::milliseconds wait_max{10'000};
  /// An error that time heals is asked away within `wait_max`; without this it is counted, and the question is over.
  bool insists = true;
  /// Each token is said in a line of its own when a caller first gets it: {"token":..,"expires_at_ms":..,"at_ms":..}.
  bool streams = false;
};

/// Callers, each an actor, that ask until they are told to end. Any thread.
class loop {
public:
  loop(caf::actor_system&, const auth_handle&, loop_plan, output&);

  /// No more questions. When the last one is answered, says one line with this `id` and one answer:
  /// {"asked":N,"failed":{"<ec>":N},"retried":{"<ec>":N},"max_ms":..,"p99_ms":..,"p50_ms":..,
  ///  "tokens":[{"token":..,"expires_at_ms":..,"count":N,"last_asked_ms":..,"last_answered_ms":..}]}; times of a token
  /// are wall time.
  void end(nlohmann::json id);

  class tally;

private:
  std::shared_ptr<tally> tally_;
};

} // namespace breakwater::subject
