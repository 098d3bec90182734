#pragma once
#include "breakwater/tools/storm/policy.hpp"
#include "breakwater/tools/storm/sample.hpp"

#include <memory>
#include <vector>

namespace breakwater::storm {

/// When one caller asks, and what.
struct caller_plan {
  ask_kind kind = ask_kind::status;
  /// After its first ask, ascending, the first at zero. It asks on time, whether its last ask was answered or not.
  std::vector<std::chrono::nanoseconds> at;
};

/// `timer_fired` with a number: it is time for that ask.
using caller_handle = compat::actor_of<caf::result<void>(timer_fired)>;

/// Asks as planned and notes what came of it. Ends with an exit message; what is open then stays unanswered.
class caller : public caller_handle::base {
public:
  /// `out` belongs to this actor until it is gone; `counts` outlives it.
  caller(caf::actor_config&, caller_plan, ask_handle whom, samples& out, progress_counts& counts);

  behavior_type make_behavior() override;
  void on_exit() override { whom_ = ask_handle{}; }
  const char* name() const override { return "breakwater.storm_caller"; }

private:
  void ask(size_t number);
  template <class Answer, class Question>
  void send(size_t number, const Question&);
  void note(size_t number, bool got_token);

  caller_plan plan_;
  ask_handle whom_;
  steady_instant began_;
  samples& out_;
  progress_counts& counts_;
};

} // namespace breakwater::storm
