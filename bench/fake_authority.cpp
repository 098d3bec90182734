#include "breakwater/bench/fake_authority.hpp"

#include <string>
#include <vector>

namespace breakwater::bench {

namespace {

class fake_authority : public authority_handle::base {
public:
  fake_authority(caf::actor_config& cfg, conduct how, std::shared_ptr<std::atomic<uint64_t>> requests)
      : authority_handle::base(cfg), how_(how), requests_(std::move(requests)) {}

  behavior_type make_behavior() override {
    return {
        [this](const effects::call_authority&) { return answer(); },
        [](const effects::revoke_token&) {
          return revocation_answer{true, {}};
        },
        [](const use_authority&) {},
        [this](const stop&) { quit(); },
        [this](const open_gate&) {
          how_ = conduct::issue; // for the request that is still on its way
          for (auto& promise : held_)
            promise.deliver(issued());
          held_.clear();
        },
    };
  }

private:
  caf::result<token_answer> answer() {
    ++*requests_;
    if (how_ == conduct::issue_at_gate) {
      held_.push_back(make_response_promise());
      return caf::delegated<token_answer>{};
    }
    return how_ == conduct::issue ? issued() : refused();
  }

  token_answer issued() const {
    auto number = std::to_string(*requests_);
    token_answer out;
    out.how = delivery::answered;
    out.status = 200;
    out.body = body_kind::json;
    out.access_token = secret{"bench-access-" + number};
    out.refresh_token = secret{"bench-refresh-" + number};
    out.expires_in = std::chrono::hours{24};
    return out;
  }

  static token_answer refused() {
    token_answer out;
    out.how = delivery::answered;
    out.status = 401;
    out.body = body_kind::json;
    out.error_code = "refresh_token_reused";
    return out;
  }

  conduct how_;
  std::shared_ptr<std::atomic<uint64_t>> requests_;
  std::vector<caf::response_promise> held_;
};

} // namespace

authority_handle spawn_authority(caf::actor_system& system, conduct how,
                                 std::shared_ptr<std::atomic<uint64_t>> requests) {
  return system.spawn<fake_authority>(how, std::move(requests));
}

} // namespace breakwater::bench
