#include "breakwater/tests/process/subject/loop.hpp"

#include "breakwater/actors/caf_compat.hpp"
#include "breakwater/actors/errors.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace breakwater::subject {

namespace {

using json = nlohmann::json;
using milliseconds = std::chrono::milliseconds;
using steady = std::chrono::steady_clock;

int64_t unix_ms(wall_time at) { return std::chrono::floor<milliseconds>(at.time_since_epoch()).count(); }

double ms_of(steady::duration d) { return std::chrono::duration<double, std::milli>(d).count(); }

} // namespace

/// What all callers of a loop saw.
class loop::tally {
public:
  tally(loop_plan what, output& to) : plan{what}, out_(to), running_(what.callers) {}

  const loop_plan plan;

  bool ending() const {
    std::lock_guard hold{mutex_};
    return ended_by_.has_value();
  }

  void got(const bearer& made, steady::duration wait) {
    auto at = unix_ms(std::chrono::system_clock::now());
    std::lock_guard hold{mutex_};
    waits_.push_back(wait);
    auto& seen = tokens_[std::string{made->token.reveal()}];
    if (seen.count++ == 0 && plan.streams)
      out_.say(
          {{"token", std::string{made->token.reveal()}}, {"expires_at_ms", unix_ms(made->expires_at)}, {"at_ms", at}});
    seen.expires_at = unix_ms(made->expires_at);
    seen.last_answered = std::max(seen.last_answered, at);
    seen.last_asked = std::max(seen.last_asked, at - std::chrono::ceil<milliseconds>(wait).count());
  }

  void failed(const std::string& code, steady::duration wait) {
    std::lock_guard hold{mutex_};
    waits_.push_back(wait);
    ++failed_[code];
  }

  void retried(const std::string& code) {
    std::lock_guard hold{mutex_};
    ++retried_[code];
  }

  void end(json id) {
    std::lock_guard hold{mutex_};
    ended_by_ = std::move(id);
    report_if_over();
  }

  void one_is_over() {
    std::lock_guard hold{mutex_};
    --running_;
    report_if_over();
  }

private:
  struct sight {
    int64_t expires_at = 0, last_asked = 0, last_answered = 0;
    uint64_t count = 0;
  };

  void report_if_over() {
    if (running_ > 0 || !ended_by_)
      return;
    std::sort(waits_.begin(), waits_.end());
    auto percentile = [this](size_t percent) {
      return waits_.empty() ? 0 : ms_of(waits_[(waits_.size() - 1) * percent / 100]);
    };
    auto tokens = json::array();
    for (const auto& [token, seen] : tokens_)
      tokens.push_back({{"token", token},
                        {"expires_at_ms", seen.expires_at},
                        {"count", seen.count},
                        {"last_asked_ms", seen.last_asked},
                        {"last_answered_ms", seen.last_answered}});
    json report{{"asked", waits_.size()},   {"failed", failed_},        {"retried", retried_},      {"tokens", tokens},
                {"p50_ms", percentile(50)}, {"p99_ms", percentile(99)}, {"max_ms", percentile(100)}};
    out_.say({{"id", *ended_by_}, {"answers", json::array({report})}});
  }

  output& out_;
  mutable std::mutex mutex_;
  size_t running_;
  std::optional<json> ended_by_;
  std::vector<steady::duration> waits_;
  std::map<std::string, sight> tokens_;
  std::map<std::string, uint64_t> failed_, retried_;
};

namespace {

using caller_handle = compat::actor_of<caf::result<void>(timer_fired)>;

class looping_caller : public caller_handle::base {
public:
  looping_caller(caf::actor_config& cfg, auth_handle auth, std::shared_ptr<loop::tally> into)
      : caller_handle::base(cfg), auth_(std::move(auth)), tally_(std::move(into)) {}

  behavior_type make_behavior() override {
    return {[this](const timer_fired& timer) {
      if (timer.number == 0)
        asked_ = steady::now();
      ask();
    }};
  }

  void on_exit() override { auth_ = auth_handle{}; }

private:
  void ask() {
    auto left = asked_ + tally_->plan.wait_max - steady::now();
    compat::request(
        this, auth_,
        get_token{tally_->plan.min_validity, {}, std::max(std::chrono::ceil<milliseconds>(left), milliseconds{0})})
        .then(
            [this](const bearer& made) {
              tally_->got(made, steady::now() - asked_);
              go_on(0);
            },
            [this](const caf::error& why) { complain(failure_of(why).code); });
  }

  void complain(ec code) {
    auto waited = steady::now() - asked_;
    auto heals = code != ec::timed_out && code != ec::refresh_refused && code != ec::logged_out;
    if (tally_->plan.insists && heals && waited < tally_->plan.wait_max) {
      tally_->retried(to_string(code));
      go_on(1);
    } else {
      tally_->failed(to_string(code), waited);
      go_on(0);
    }
  }

  /// 0: another question; 1: the same one again.
  void go_on(uint64_t how) {
    if (how == 0 && tally_->ending()) {
      tally_->one_is_over();
      quit();
      return;
    }
    compat::delayed_send(this, caller_handle{this}, tally_->plan.pause, timer_fired{how});
  }

  auth_handle auth_;
  std::shared_ptr<loop::tally> tally_;
  steady::time_point asked_;
};

} // namespace

loop::loop(caf::actor_system& system, const auth_handle& auth, loop_plan plan, output& out)
    : tally_(std::make_shared<tally>(plan, out)) {
  for (size_t i = 0; i < plan.callers; ++i) {
    auto caller = caller_handle{system.spawn<looping_caller>(auth, tally_)};
    compat::anon_send(caller, timer_fired{0});
  }
}

void loop::end(json id) { tally_->end(std::move(id)); }

} // namespace breakwater::subject
