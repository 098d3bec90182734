#pragma once
#include "breakwater/actors/auth_actor.hpp"
#include "breakwater/actors/interfaces.hpp"
#include "breakwater/actors/system_config.hpp"
#include "breakwater/storage/credential_store.hpp"
#include "breakwater/transport/oauth_client.hpp"

#include <memory>
#include <optional>
#include <string>

namespace breakwater {

/// How long a save that is under way may still take when the last auth_service is gone.
inline constexpr std::chrono::milliseconds exit_grace_default = std::chrono::seconds{10};

/// What `start` needs to know. Only the authority has no default.
struct auth_config {
  breakwater::authority authority;

  /// Where the credential outlives the process. Without one: the file named below.
  std::unique_ptr<credential_store> store;
  /// Path of an auth.json. Empty, and no store: the credential lives in memory only.
  std::string auth_file;

  /// Empty: `settings_for(authority)`.
  std::optional<auth_settings> settings;
  /// Renews credentials of the method `external`; may stay empty.
  external_provider provider;
  std::chrono::milliseconds provider_timeout = std::chrono::seconds{30};
  /// Called for each decision; see log_line.hpp.
  log_hook log;
  std::chrono::milliseconds exit_grace = exit_grace_default;
  breakwater::clocks clocks = system_clocks();
};

/// The settings that follow from an authority's: how long a lost answer may still be on its way, what it documents, how
/// its answers are judged (an authority that is spoken to in JSON: as OpenAI's).
auth_settings settings_for(const authority&);

/// A running auth actor. Copies share it; when the last one goes, the actor is told to shut down and ends by itself
/// within `exit_grace`. Keep one for as long as tokens are needed, and let it go before the actor_system. Any thread.
class auth_service {
public:
  /// Takes charge of an auth actor that was spawned by hand.
  auth_service(auth_handle, std::chrono::milliseconds exit_grace);

  /// What to send messages to.
  const auth_handle& auth() const;

  /// New settings of the authority, or another authority, for every request from now on; ends a `misconfigured` pause.
  /// Says what is wrong with them, and then changes nothing.
  failure reconfigure(authority);
  failure reconfigure(authority, auth_settings);

private:
  struct running;
  std::shared_ptr<running> running_;
};

/// Starts everything: the one call an embedder needs. The system knows Breakwater's messages (system_config.hpp). Fails
/// with `misconfigured` if the authority's settings are wrong. Warns through the hook if the system's scheduler policy
/// is a harmful one.
caf::expected<auth_service> start(caf::actor_system&, auth_config);

} // namespace breakwater
