#include "breakwater/tools/storm/naive_policy.hpp"

namespace breakwater::storm {

namespace {

/// One caller's own refresh logic.
class naive_clerk : public ask_handle::base {
public:
  naive_clerk(caf::actor_config& cfg, transport_handle transport, std::unique_ptr<credential_store> store,
              std::shared_ptr<request_gate> gate)
      : ask_handle::base(cfg), transport_(std::move(transport)), store_(std::move(store)), gate_(std::move(gate)) {}

  behavior_type make_behavior() override {
    return {
        [this](const get_status& ask) -> caf::result<auth_status> {
          auto held = store_->load().found.credential;
          if (!ask.refresh)
            return status_of(held, ask);
          return refresh<auth_status>(held, [ask](const credential& got) { return status_of(got, ask); });
        },
        [this](const get_token& ask) -> caf::result<bearer> {
          auto held = store_->load().found.credential;
          if (is_valid(held, ask.min_validity))
            return bearer_of(held);
          return refresh<bearer>(held, bearer_of);
        },
    };
  }

  void on_exit() override { transport_ = transport_handle{}; }

private:
  template <class Answer, class Render>
  caf::result<Answer> refresh(const credential& held, Render render) {
    if (!gate_->enter())
      return render(held);
    auto promise = make_response_promise<Answer>();
    compat::request(this, transport_, effects::call_authority{0, held.refresh_token})
        .then(
            [this, promise, held, render](const token_answer& answer) mutable {
              promise.deliver(render(absorb(held, answer)));
              gate_->leave();
            },
            [this, promise](const caf::error& why) mutable {
              promise.deliver(why);
              gate_->leave();
            });
    return promise;
  }

  credential absorb(credential held, const token_answer& answer) {
    if (answer.access_token.empty())
      return held;
    held.access_token = answer.access_token;
    held.refresh_token = answer.refresh_token;
    held.id_token = answer.id_token;
    held.expires_at = std::chrono::system_clock::now() + answer.expires_in;
    store_->put(held);
    return held;
  }

  transport_handle transport_;
  std::unique_ptr<credential_store> store_;
  std::shared_ptr<request_gate> gate_;
};

} // namespace

ask_handle naive_policy::for_caller() {
  auto clerk = ask_handle{system_.spawn<naive_clerk>(transport_, open_store(), gate_)};
  keep(clerk);
  return clerk;
}

} // namespace breakwater::storm
