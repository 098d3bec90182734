#include "breakwater/actors/store_actor.hpp"

namespace breakwater {

store_actor::store_actor(caf::actor_config& cfg, std::unique_ptr<credential_store> store)
    : store_handle::base(cfg), store_(std::move(store)) {}

store_actor::behavior_type store_actor::make_behavior() {
  return {
      [this](const effects::store_load&) { return store_->load(); },
      [this](const effects::store_acquire&) { return store_->acquire(); },
      [this](const effects::store_write_intent& e) { return store_->write_intent(e.intent, e.ledger); },
      [this](const effects::store_write_ledger& e) { return store_->write_ledger(e.ledger); },
      [this](const effects::store_clear_intent& e) { return store_->clear_intent(e.flight); },
      [this](const effects::store_commit& e) { return store_->commit(e.next, e.sent); },
      [this](const effects::store_put& e) { return store_->put(e.next); },
      [this](const effects::store_take&) { return store_->take(); },
      [this](const effects::store_release&) { store_->release(); },
      [this](const watch_store& ask) { return watch(ask.who); },
      [this](const stop&) { quit(); },
  };
}

store_outcome store_actor::watch(const store_listener& who) {
  return store_->watch([weak = caf::actor_cast<caf::weak_actor_ptr>(who)] {
    if (auto strong = caf::actor_cast<caf::strong_actor_ptr>(weak))
      compat::anon_send(caf::actor_cast<store_listener>(strong), store_changed{});
  });
}

void store_actor::on_exit() {
  store_->watch({});
  store_.reset();
}

store_handle spawn_store(caf::actor_system& system, std::unique_ptr<credential_store> store) {
  return system.spawn<store_actor, caf::detached>(std::move(store));
}

} // namespace breakwater
