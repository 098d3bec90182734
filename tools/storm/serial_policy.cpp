#include "breakwater/tools/storm/serial_policy.hpp"

#include <deque>
#include <functional>

namespace breakwater::storm {

namespace {

/// Holds the one snapshot and the lock of a process.
class serial_clerk : public ask_handle::base {
public:
  serial_clerk(caf::actor_config& cfg, transport_handle transport, std::unique_ptr<credential_store> store,
               std::shared_ptr<request_gate> gate)
      : ask_handle::base(cfg), transport_(std::move(transport)), store_(std::move(store)), gate_(std::move(gate)),
        snapshot_(store_->load().found.credential) {}

  behavior_type make_behavior() override {
    return {
        [this](const get_status& ask) -> caf::result<auth_status> {
          auto promise = make_response_promise<auth_status>();
          enqueue({[this, ask] { return ask.refresh; },
                   [this, ask, promise]() mutable { promise.deliver(status_of(snapshot_, ask)); }});
          return promise;
        },
        [this](const get_token& ask) -> caf::result<bearer> {
          auto promise = make_response_promise<bearer>();
          enqueue({[this, ask] { return !is_valid(snapshot_, ask.min_validity); },
                   [this, promise]() mutable { promise.deliver(bearer_of(snapshot_)); }});
          return promise;
        },
    };
  }

  void on_exit() override {
    queue_.clear();
    transport_ = transport_handle{};
  }

private:
  struct turn {
    std::function<bool()> wants_refresh;
    std::function<void()> answer;
  };

  void enqueue(turn next) {
    queue_.push_back(std::move(next));
    if (!locked_)
      work();
  }

  /// Answers those whose turn it is, up to the first who needs a request.
  void work() {
    while (!queue_.empty()) {
      auto wants_refresh = queue_.front().wants_refresh();
      if (wants_refresh && !reload() && gate_->enter()) {
        send();
        return;
      }
      leave();
    }
  }

  /// True if another program changed the store: that counts as refreshed.
  bool reload() {
    auto found = store_->load().found.credential;
    if (!materially_changed(snapshot_, found))
      return false;
    snapshot_ = std::move(found);
    return true;
  }

  void send() {
    locked_ = true;
    auto end = [this] {
      locked_ = false;
      gate_->leave();
      leave();
      work();
    };
    compat::request(this, transport_, effects::call_authority{0, snapshot_.refresh_token})
        .then(
            [this, end](const token_answer& answer) {
              absorb(answer);
              end();
            },
            [end](const caf::error&) { end(); });
  }

  /// Merges what came into whatever the store holds by now, and reads that back.
  void absorb(const token_answer& answer) {
    if (answer.access_token.empty())
      return;
    auto next = store_->load().found.credential;
    next.access_token = answer.access_token;
    next.expires_at = std::chrono::system_clock::now() + answer.expires_in;
    if (!answer.refresh_token.empty())
      next.refresh_token = answer.refresh_token;
    if (!answer.id_token.empty())
      next.id_token = answer.id_token;
    store_->put(next);
    snapshot_ = std::move(next);
  }

  void leave() {
    auto first = std::move(queue_.front());
    queue_.pop_front();
    first.answer();
  }

  transport_handle transport_;
  std::unique_ptr<credential_store> store_;
  std::shared_ptr<request_gate> gate_;
  credential snapshot_;
  std::deque<turn> queue_;
  bool locked_ = false;
};

} // namespace

std::optional<std::string> serial_policy::begin(const std::optional<credential>& first) {
  if (auto problem = unguarded_policy::begin(first))
    return problem;
  clerk_ = ask_handle{system_.spawn<serial_clerk>(transport_, open_store(), gate_)};
  keep(clerk_);
  return std::nullopt;
}

void serial_policy::end(std::chrono::milliseconds patience) {
  clerk_ = ask_handle{};
  unguarded_policy::end(patience);
}

} // namespace breakwater::storm
