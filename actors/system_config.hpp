#pragma once
#include "breakwater/actors/interfaces.hpp"

namespace breakwater {

namespace detail {
struct message_registration {
  message_registration() { compat::register_globally<caf::id_block::breakwater>(); }
};
} // namespace detail

/// A configuration that knows Breakwater's messages and has a scheduler policy that suits it. A program with a
/// configuration of its own calls `register_messages` instead.
class system_config : private detail::message_registration, public caf::actor_system_config {
public:
  system_config() {
    compat::register_in<caf::id_block::breakwater>(*this);
    compat::use_harmless_scheduler(*this);
  }
};

/// Tells an existing configuration about Breakwater's messages; before the actor_system is made.
inline void register_messages(caf::actor_system_config& config) {
  compat::register_globally<caf::id_block::breakwater>();
  compat::register_in<caf::id_block::breakwater>(config);
}

} // namespace breakwater
