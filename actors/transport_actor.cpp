#include "breakwater/actors/transport_actor.hpp"

#include "breakwater/actors/errors.hpp"

namespace breakwater {

transport_actor::transport_actor(caf::actor_config& cfg, std::shared_ptr<const authority> to,
                                 std::function<instant()> boot)
    : transport_inner_handle::base(cfg), to_(std::move(to)), boot_(std::move(boot)),
      client_(std::make_unique<oauth_client>()) {}

transport_actor::behavior_type transport_actor::make_behavior() {
  self_ = transport_inner_handle{this};
  return {
      [this](const effects::call_authority& ask) { return send(ask); },
      [this](const effects::revoke_token& ask) { return send(ask); },
      [this](const use_authority& ask) { to_ = ask.authority; },
      [this](const stop&) { quit(); },
      [this](const exchange_ended& end) { pass_on(end.number, end.answer); },
      [this](const revocation_ended& end) { pass_on(end.number, end.answer); },
  };
}

caf::result<token_answer> transport_actor::send(const effects::call_authority& ask) {
  // Here and not where it was decided: a process can be stopped for any time in between. From here on curl's own
  // time-out covers it.
  if (boot_() > ask.not_after) {
    token_answer late;
    late.how = delivery::unsent;
    late.transport_error = "the process stood still after it noted this request, so it was not sent";
    return late;
  }
  // The number is ours, since the answer may be there before the client's is.
  auto number = ++last_number_;
  auto& entry = open_[number];
  entry.promise = make_response_promise();
  entry.request = client_->refresh(to_, ask.refresh_token, [self = self_, number](token_answer answer) {
    compat::anon_send(self, exchange_ended{number, std::move(answer)});
  });
  return caf::delegated<token_answer>{};
}

caf::result<revocation_answer> transport_actor::send(const effects::revoke_token& ask) {
  auto number = ++last_number_;
  auto& entry = open_[number];
  entry.promise = make_response_promise();
  entry.request = client_->revoke(to_, ask.token, ask.kind, [self = self_, number](revocation_answer answer) {
    compat::anon_send(self, revocation_ended{number, std::move(answer)});
  });
  return caf::delegated<revocation_answer>{};
}

template <class Answer>
void transport_actor::pass_on(uint64_t number, const Answer& answer) {
  auto place = open_.find(number);
  if (place == open_.end())
    return;
  place->second.promise.deliver(answer);
  open_.erase(place);
}

void transport_actor::on_exit() {
  for (auto& [number, entry] : open_) {
    client_->cancel(entry.request);
    entry.promise.deliver(make_auth_error({ec::shutting_down, "the transport ended during the request"}));
  }
  open_.clear();
  client_.reset();
  self_ = transport_inner_handle{};
}

transport_handle spawn_transport(caf::actor_system& system, std::shared_ptr<const authority> to,
                                 std::function<instant()> boot) {
  return system.spawn<transport_actor>(std::move(to), std::move(boot));
}

} // namespace breakwater
