#pragma once
#include "breakwater/actors/auth_actor.hpp"
#include "breakwater/actors/start.hpp"
#include "breakwater/actors/store_actor.hpp"
#include "breakwater/storage/memory_store.hpp"
#include "breakwater/tests/support/fake_transport.hpp"
#include "breakwater/tests/support/samples.hpp"

/// An auth actor on CAF's real scheduler, with a store of its own thread and a scripted authority.
namespace breakwater::test {

class real_auth {
public:
  explicit real_auth(caf::actor_system& system, const credential& held) : transport(system) {
    auto store = std::make_unique<memory_store>();
    store->put(held);
    auth_parts parts;
    parts.store = spawn_store(system, std::move(store));
    parts.transport = transport.handle();
    service.emplace(auth_handle{system.spawn<auth_actor>(std::move(parts))}, std::chrono::milliseconds{100});
  }
  ~real_auth() { transport.end(); }

  const auth_handle& auth() const { return service->auth(); }

  testing::fake_transport transport;
  std::optional<auth_service> service;
};

inline wall_time from_now(std::chrono::seconds span) { return wall_time{std::chrono::system_clock::now()} + span; }

} // namespace breakwater::test
