#include "breakwater/tools/storm/caller.hpp"

#include <algorithm>

namespace breakwater::storm {

caller::caller(caf::actor_config& cfg, caller_plan plan, ask_handle whom, samples& out, progress_counts& counts)
    : caller_handle::base(cfg), plan_(std::move(plan)), whom_(std::move(whom)), out_(out), counts_(counts) {
  out_.reserve(plan_.at.size());
}

caller::behavior_type caller::make_behavior() {
  return {[this](const timer_fired& timer) { ask(timer.number); }};
}

void caller::ask(size_t number) {
  sample next;
  next.kind = plan_.kind;
  next.asked_at = std::chrono::steady_clock::now();
  if (number == 0)
    began_ = next.asked_at;
  out_.push_back(next);
  ++counts_.asked;
  if (plan_.kind == ask_kind::status) {
    get_status question;
    question.include_token = true;
    question.refresh = true;
    send<auth_status>(number, question);
  } else {
    send<bearer>(number, get_token{});
  }
  if (auto after = number + 1; after < plan_.at.size()) {
    auto pause = began_ + plan_.at[after] - std::chrono::steady_clock::now();
    compat::delayed_send(this, caller_handle{this}, std::max(pause, std::chrono::nanoseconds{0}), timer_fired{after});
  }
}

template <class Answer, class Question>
void caller::send(size_t number, const Question& question) {
  compat::request(this, whom_, question)
      .then([this, number](const Answer& answer) { note(number, !answer->token.empty()); },
            [this, number](const caf::error&) { note(number, false); });
}

void caller::note(size_t number, bool got_token) {
  auto& mine = out_[number];
  mine.answered_at = std::chrono::steady_clock::now();
  mine.answered = true;
  mine.got_token = got_token;
  ++counts_.answered;
}

} // namespace breakwater::storm
