#pragma once
#include "breakwater/bench/messages.hpp"

#include <atomic>
#include <memory>

namespace breakwater::bench {

/// What a fake authority does with a token request.
enum class conduct : uint8_t {
  issue,         ///< new tokens at once, good for a day
  refuse,        ///< `refresh_token_reused` at once
  issue_at_gate, ///< new tokens, once the gate is opened
};

using authority_handle = transport_actor_of<caf::result<void>(open_gate)>;

/// An authority in the place of the transport, so that no network is measured. `requests` counts what reaches it.
authority_handle spawn_authority(caf::actor_system&, conduct, std::shared_ptr<std::atomic<uint64_t>> requests);

} // namespace breakwater::bench
