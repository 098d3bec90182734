#pragma once
#include "breakwater/actors/clocks.hpp"
#include "breakwater/actors/interfaces.hpp"
#include "breakwater/transport/oauth_client.hpp"

#include <functional>
#include <unordered_map>

namespace breakwater {

/// An oauth_client behind a mailbox. Its answers come on curl's thread and go on as messages. Ends with `stop` or an
/// exit message, which cancel what is open.
class transport_actor : public transport_inner_handle::base {
public:
  /// `to` is not null, and its settings are sound (`problem_of`). `boot` tells when a request is too late to be sent.
  transport_actor(caf::actor_config&, std::shared_ptr<const authority> to, std::function<instant()> boot);

  behavior_type make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "breakwater.transport_actor"; }

private:
  struct open_request {
    caf::response_promise promise;
    uint64_t request = 0;
  };

  caf::result<token_answer> send(const effects::call_authority&);
  caf::result<revocation_answer> send(const effects::revoke_token&);
  /// Answers the caller; a number that is not open does nothing.
  template <class Answer>
  void pass_on(uint64_t number, const Answer&);

  std::shared_ptr<const authority> to_;
  std::function<instant()> boot_;
  std::unique_ptr<oauth_client> client_;
  std::unordered_map<uint64_t, open_request> open_;
  uint64_t last_number_ = 0;
  /// Held until the end: the client must not be destroyed by its own thread, which holds references as well.
  transport_inner_handle self_;
};

transport_handle spawn_transport(caf::actor_system&, std::shared_ptr<const authority> to,
                                 std::function<instant()> boot = system_clocks().boot);

} // namespace breakwater
