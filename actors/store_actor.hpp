#pragma once
#include "breakwater/actors/interfaces.hpp"
#include "breakwater/storage/credential_store.hpp"

#include <memory>

namespace breakwater {

/// Owns a credential_store and calls it in the order of the requests. Spawn it detached (`spawn_store` does), so that a
/// slow disk blocks its own thread and no worker of CAF. Ends with `stop` or an exit message, and the lease with it.
class store_actor : public store_handle::base {
public:
  store_actor(caf::actor_config&, std::unique_ptr<credential_store>);

  behavior_type make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "breakwater.store_actor"; }

private:
  store_outcome watch(const store_listener&);

  std::unique_ptr<credential_store> store_;
};

/// A store actor with a thread of its own.
store_handle spawn_store(caf::actor_system&, std::unique_ptr<credential_store>);

} // namespace breakwater
