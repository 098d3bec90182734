#pragma once
#include "breakwater/actors/interfaces.hpp"

#include <string>

namespace breakwater {

/// Where a gate listens, and what other nodes connect to.
struct published_gate {
  auth_handle gate;
  uint16_t port = 0;
};

/// Lets other nodes ask for tokens, and log in and out, over CAF's openssl module: publishes a proxy of `auth`, which
/// gets the rights of an actor of this process. Port 0: a free one. `address` nullptr: all interfaces.
///
/// Refused with `not_over_this_channel` unless the system's configuration names a certificate, a key and a CA file:
/// then CAF asks every peer for a certificate of that CA. Publish nothing else in the same actor_system over plain TCP:
/// CAF lets a connected node address every published actor, whatever port it came in by.
caf::expected<published_gate> publish_over_mutual_tls(caf::actor_system&, const auth_handle& auth, uint16_t port,
                                                      const char* address = nullptr);

/// The auth actor behind another node's gate. The system has a certificate of the same CA.
caf::expected<auth_handle> connect_over_mutual_tls(caf::actor_system&, const std::string& host, uint16_t port);

} // namespace breakwater
