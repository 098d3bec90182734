#pragma once
#include "breakwater/actors/interfaces.hpp"

#include <memory>
#include <vector>

namespace breakwater::testing {

/// Stands in for transport and authority: an actor whose answers the test gives. Any thread. It outlives the auth
/// actors that use it, until `end`.
class fake_transport {
public:
  explicit fake_transport(caf::actor_system&);

  const transport_handle& handle() const { return handle_; }
  /// Ends the actor; the system has to run once more before it goes.
  void end();

  /// Answers the oldest request that is open, or else the next one to come.
  void answer(token_answer);

  /// The refresh tokens that were sent, in order: what an authority would have seen.
  std::vector<secret> sent() const;
  /// The tokens whose revocation was asked for. It always succeeds.
  std::vector<secret> revoked() const;
  /// What the transport was told to speak to, last.
  std::shared_ptr<const authority> speaks_to() const;

  struct log;

private:
  std::shared_ptr<log> log_;
  transport_handle handle_;
};

} // namespace breakwater::testing
