#include "breakwater/actors/remote_gate.hpp"

#include "breakwater/actors/errors.hpp"

namespace breakwater {

namespace {

/// Asks in its own name what others ask it. Ends with the auth actor.
class remote_gate : public auth_handle::base {
public:
  remote_gate(caf::actor_config& cfg, auth_handle auth)
      : auth_handle::base(cfg), auth_(caf::actor_cast<auth_inner_handle>(auth)) {
    compat::when_gone(auth_, [weak = caf::actor_cast<caf::weak_actor_ptr>(ctrl())] {
      if (auto strong = caf::actor_cast<caf::strong_actor_ptr>(weak))
        caf::anon_send_exit(strong, caf::exit_reason::user_shutdown);
    });
  }

  behavior_type make_behavior() override {
    return {
        [this](const get_status& ask) { return pass_on<auth_status>(ask); },
        [this](const get_token& ask) { return pass_on<bearer>(ask); },
        [this](const refresh& ask) { return pass_on<auth_status>(ask); },
        [this](const reload& ask) { return pass_on<reload_outcome>(ask); },
        [this](const login& ask) { return pass_on<auth_status>(ask); },
        [this](const logout& ask) { return pass_on<logout_outcome>(ask); },
        [this](const subscribe& ask) { compat::send(this, auth_, subscribe_trusted{ask.who}); },
        [this](const unsubscribe& ask) { compat::send(this, auth_, ask); },
        [this](const explain& ask) { return pass_on<history>(ask); },
        [this](const shutdown& ask) { return pass_on<shutdown_outcome>(ask); },
    };
  }

  const char* name() const override { return "breakwater.remote_gate"; }

private:
  template <class Answer, class Ask>
  caf::result<Answer> pass_on(const Ask& ask) {
    auto promise = make_response_promise();
    compat::request(this, auth_, ask)
        .then([promise](const Answer& answer) mutable { promise.deliver(answer); },
              [promise](const caf::error& why) mutable { promise.deliver(why); });
    return caf::delegated<Answer>{};
  }

  auth_inner_handle auth_;
};

failure no_mutual_tls(const caf::actor_system& system) {
  auto files = compat::tls_of(system.config());
  std::string missing;
  auto require = [&](const char* what, bool there) {
    if (!there)
      missing += (missing.empty() ? "" : ", ") + std::string{what};
  };
  require("the openssl module", system.has_openssl_manager());
  require("a certificate", !files.certificate.empty());
  require("a key", !files.key.empty());
  require("a CA file", !files.ca.empty());
  if (missing.empty())
    return {};
  return {ec::not_over_this_channel,
          "tokens leave this process only over mutual TLS; the actor_system_config lacks " + missing};
}

} // namespace

caf::expected<published_gate> publish_over_mutual_tls(caf::actor_system& system, const auth_handle& auth, uint16_t port,
                                                      const char* address) {
  if (auto why = no_mutual_tls(system))
    return make_auth_error(why);
  auth_handle gate = system.spawn<remote_gate>(auth);
  auto bound = caf::openssl::publish(gate, port, address, true);
  if (!bound) {
    caf::anon_send_exit(gate, caf::exit_reason::user_shutdown);
    return std::move(bound.error());
  }
  return published_gate{std::move(gate), *bound};
}

caf::expected<auth_handle> connect_over_mutual_tls(caf::actor_system& system, const std::string& host, uint16_t port) {
  if (auto why = no_mutual_tls(system))
    return make_auth_error(why);
  return caf::openssl::remote_actor<auth_handle>(system, host, port);
}

} // namespace breakwater
