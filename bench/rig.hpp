#pragma once
#include "breakwater/actors/start.hpp"
#include "breakwater/bench/fake_authority.hpp"

namespace breakwater::bench {

/// A credential whose access token lives one more hour.
credential sample_credential();

/// An actor system with one auth actor, logged in, on a memory store and a fake authority.
class rig {
public:
  rig(size_t workers, conduct how);
  rig(const rig&) = delete;
  rig& operator=(const rig&) = delete;

  caf::actor_system& system() { return system_; }
  const auth_handle& auth() const { return service_->auth(); }
  const authority_handle& authority() const { return authority_; }
  uint64_t requests() const { return *requests_; }

  /// Asks from a plain thread, and waits. Ends the program if the answer is an error.
  auth_status status(get_status);
  bearer token(get_token);

private:
  bench_config config_;
  caf::actor_system system_;
  std::shared_ptr<std::atomic<uint64_t>> requests_ = std::make_shared<std::atomic<uint64_t>>(0);
  authority_handle authority_;
  std::optional<auth_service> service_;
};

} // namespace breakwater::bench
