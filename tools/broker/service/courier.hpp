#pragma once
#include "breakwater/actors/start.hpp"
#include "breakwater/tools/broker/service/inbox.hpp"

#include <memory>
#include <unordered_map>
#include <variant>

namespace breakwater::broker {

/// What the loop sends its courier: asks for the auth actor, and news for the courier itself.
struct errand {
  /// From now on this is the auth actor.
  struct begin {
    auth_handle auth;
  };
  struct carry {
    uint64_t ticket = 0;
    std::variant<get_status, get_token, refresh, reload, login, logout, explain, shutdown> ask;
  };
  /// How a `token_wanted` ended.
  struct provided {
    uint64_t number = 0;
    failure error;
    credential given;
  };
  /// No more errands: the courier ends.
  struct finish {};

  std::shared_ptr<const std::variant<begin, carry, provided, finish>> what;
};

} // namespace breakwater::broker

CAF_BEGIN_TYPE_ID_BLOCK(breakwater_broker, caf::first_custom_type_id + 700)
CAF_ADD_TYPE_ID(breakwater_broker, (breakwater::broker::errand))
CAF_END_TYPE_ID_BLOCK(breakwater_broker)

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(breakwater::broker::errand)

namespace breakwater::broker {

/// Also a listener of its auth actor, and its provider of external tokens.
using courier_handle =
    compat::actor_of<caf::result<void>(errand), caf::result<void>(auth_changed), caf::result<credential>(provide)>;

/// Stands between the loop, which is no actor, and one auth actor: carries asks there, and what is said back into the
/// inbox, in the order in which the auth actor said it. So the last status in the inbox is the newest, and no answer is
/// behind one that was put there before. After a login, logout or reload it asks how things stand, and reports both as
/// one.
class courier : public courier_handle::base {
public:
  courier(caf::actor_config&, size_t account, std::shared_ptr<inbox>);

  behavior_type make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "breakwater.broker.courier"; }

private:
  void obey(const errand::begin&);
  void obey(const errand::carry&);
  void obey(const errand::provided&);
  void obey(const errand::finish&);

  template <class Answer, class Ask>
  void carry(uint64_t ticket, const Ask&);
  void finish_with_status(uint64_t ticket, outcome);
  void report_end(uint64_t ticket, outcome, auth_status now = {});

  size_t account_;
  std::shared_ptr<inbox> inbox_;
  auth_handle auth_;
  bool store_was_read_ = false;
  uint64_t last_number_ = 0;
  std::unordered_map<uint64_t, caf::typed_response_promise<credential>> wanted_;
};

courier_handle spawn_courier(caf::actor_system&, size_t account, std::shared_ptr<inbox>);

/// Sends it something to do; any thread.
template <class Errand>
void send_errand(const courier_handle& to, Errand what) {
  using content = std::remove_const_t<typename decltype(errand::what)::element_type>;
  compat::anon_send(to, errand{std::make_shared<const content>(std::move(what))});
}

/// Carries one ask that may wait for long and of which there may be very many, by an actor of its own: an actor with n
/// open questions looks through all of them at each answer. Its answer is not in order with the courier's.
void carry_apart(caf::actor_system&, const auth_handle&, size_t account, std::shared_ptr<inbox>, uint64_t ticket,
                 std::variant<get_token, refresh> ask);

/// Tells a configuration about the courier's message; before the actor_system is made.
void register_courier(caf::actor_system_config&);

} // namespace breakwater::broker
