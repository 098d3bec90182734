#pragma once
#include "breakwater/bench/measure.hpp"
#include "breakwater/bench/messages.hpp"

#include <algorithm>
#include <atomic>
#include <latch>
#include <vector>

namespace breakwater::bench {

/// One go of a crowd: each caller counts down `asked` once all its questions are out, and `answered` once it has every
/// answer.
struct round {
  explicit round(size_t callers) : asked(static_cast<ptrdiff_t>(callers)), answered(static_cast<ptrdiff_t>(callers)) {}
  std::latch asked;
  std::latch answered;
  std::atomic<uint64_t> errors{0};
};

using caller_handle = compat::actor_of<caf::result<void>(go)>;

/// Puts one question again and again, with at most `window` open at once. No CAF time-outs.
template <class Server, class Ask, class Answer>
class caller : public caller_handle::base {
public:
  caller(caf::actor_config& cfg, Server to, Ask ask, size_t window)
      : caller_handle::base(cfg), to_(std::move(to)), ask_(ask), window_(window) {}

  behavior_type make_behavior() override {
    return {[this](const go& order) {
      round_ = order.to;
      unsent_ = unanswered_ = order.share;
      for (auto i = std::min(window_, order.share); i > 0; --i)
        put();
    }};
  }

private:
  void put() {
    compat::request(this, to_, ask_)
        .then([this](const Answer&) { answered(); },
              [this](const caf::error&) {
                ++round_->errors;
                answered();
              });
    if (--unsent_ == 0)
      round_->asked.count_down();
  }

  void answered() {
    if (unsent_ > 0)
      put();
    if (--unanswered_ == 0)
      round_->answered.count_down();
  }

  Server to_;
  Ask ask_;
  size_t window_;
  round* round_ = nullptr;
  size_t unsent_ = 0;
  size_t unanswered_ = 0;
};

/// Callers of one server with one question.
template <class Answer>
class crowd {
public:
  template <class Server, class Ask>
  crowd(caf::actor_system& system, const Server& to, const Ask& ask, size_t callers, size_t window) {
    for (size_t i = 0; i < callers; ++i)
      callers_.push_back(system.spawn<caller<Server, Ask, Answer>>(to, ask, window));
  }
  crowd(const crowd&) = delete;
  crowd& operator=(const crowd&) = delete;
  ~crowd() {
    for (auto& each : callers_)
      caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
  }

  /// `meanwhile` is called once every question is out.
  template <class F>
  double run(size_t questions, F meanwhile) {
    round now{callers_.size()};
    auto seconds = seconds_of([&] {
      for (auto& each : callers_)
        compat::anon_send(each, go{&now, questions / callers_.size()});
      now.asked.wait();
      meanwhile();
      now.answered.wait();
    });
    errors_ += now.errors;
    return seconds;
  }

  /// Seconds until every question is answered.
  double run(size_t questions) {
    return run(questions, [] {});
  }

  uint64_t errors() const { return errors_; }

private:
  std::vector<caller_handle> callers_;
  uint64_t errors_ = 0;
};

} // namespace breakwater::bench
