#include "breakwater/tests/support/fake_transport.hpp"

#include <deque>
#include <mutex>

namespace breakwater::testing {

struct fake_transport::log {
  mutable std::mutex mutex;
  std::vector<secret> sent;
  std::vector<secret> revoked;
  std::shared_ptr<const authority> speaks_to;
};

namespace {

/// Promises are delivered by the actor that made them: the test's answers come in as `exchange_ended`.
class fake_transport_actor : public transport_inner_handle::base {
public:
  fake_transport_actor(caf::actor_config& cfg, std::shared_ptr<fake_transport::log> log)
      : transport_inner_handle::base(cfg), log_(std::move(log)) {}

  behavior_type make_behavior() override {
    return {
        [this](const effects::call_authority& ask) { return call(ask); },
        [this](const effects::revoke_token& ask) {
          std::lock_guard guard{log_->mutex};
          log_->revoked.push_back(ask.token);
          return revocation_answer{true, "revoked"};
        },
        [this](const use_authority& ask) {
          std::lock_guard guard{log_->mutex};
          log_->speaks_to = ask.authority;
        },
        [](const stop&) {}, // outlives its auth actor, as an authority does
        [this](const exchange_ended& end) { answer(end.answer); },
        [](const revocation_ended&) {},
    };
  }

  /// CAF 0.17 drops a promise without a word.
  void on_exit() override {
    for (auto& promise : open_)
      promise.deliver(caf::make_error(caf::exit_reason::user_shutdown));
    open_.clear();
  }

private:
  caf::result<token_answer> call(const effects::call_authority& ask) {
    {
      std::lock_guard guard{log_->mutex};
      log_->sent.push_back(ask.refresh_token);
    }
    if (!prepared_.empty()) {
      auto out = std::move(prepared_.front());
      prepared_.pop_front();
      return out;
    }
    open_.push_back(make_response_promise());
    return caf::delegated<token_answer>{};
  }

  void answer(const token_answer& given) {
    if (open_.empty()) {
      prepared_.push_back(given);
      return;
    }
    open_.front().deliver(given);
    open_.pop_front();
  }

  std::shared_ptr<fake_transport::log> log_;
  std::deque<caf::response_promise> open_;
  std::deque<token_answer> prepared_;
};

} // namespace

fake_transport::fake_transport(caf::actor_system& system)
    : log_(std::make_shared<log>()), handle_(system.spawn<fake_transport_actor>(log_)) {}

void fake_transport::end() { caf::anon_send_exit(handle_, caf::exit_reason::kill); }

void fake_transport::answer(token_answer given) {
  compat::anon_send(caf::actor_cast<transport_inner_handle>(handle_), exchange_ended{0, std::move(given)});
}

std::vector<secret> fake_transport::sent() const {
  std::lock_guard guard{log_->mutex};
  return log_->sent;
}

std::vector<secret> fake_transport::revoked() const {
  std::lock_guard guard{log_->mutex};
  return log_->revoked;
}

std::shared_ptr<const authority> fake_transport::speaks_to() const {
  std::lock_guard guard{log_->mutex};
  return log_->speaks_to;
}

} // namespace breakwater::testing
