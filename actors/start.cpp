#include "breakwater/actors/start.hpp"

#include "breakwater/actors/errors.hpp"
#include "breakwater/actors/store_actor.hpp"
#include "breakwater/actors/transport_actor.hpp"
#include "breakwater/storage/file_store.hpp"
#include "breakwater/storage/memory_store.hpp"

namespace breakwater {

struct auth_service::running {
  running(auth_handle auth_actor, std::chrono::milliseconds grace) : auth(std::move(auth_actor)), exit_grace(grace) {}
  running(const running&) = delete;
  running& operator=(const running&) = delete;
  ~running() { compat::anon_send(inner(), stop{exit_grace}); }

  auth_inner_handle inner() const { return caf::actor_cast<auth_inner_handle>(auth); }

  auth_handle auth;
  std::chrono::milliseconds exit_grace;
};

auth_service::auth_service(auth_handle auth, std::chrono::milliseconds exit_grace)
    : running_(std::make_shared<running>(std::move(auth), exit_grace)) {}

const auth_handle& auth_service::auth() const { return running_->auth; }

failure auth_service::reconfigure(authority to) {
  auto settings = settings_for(to);
  return reconfigure(std::move(to), std::move(settings));
}

failure auth_service::reconfigure(authority to, auth_settings settings) {
  if (auto problem = problem_of(to))
    return {ec::misconfigured, *problem};
  compat::anon_send(running_->inner(),
                    configure{std::make_shared<const authority>(std::move(to)), std::move(settings)});
  return {};
}

auth_settings settings_for(const authority& to) {
  auth_settings settings;
  settings.settle = 2 * to.total_timeout;
  settings.replay_grace = to.replay_grace;
  settings.can_revoke = !to.revocation_endpoint.empty();
  if (to.format == body_format::json)
    settings.verdicts = openai_verdicts();
  return settings;
}

namespace {

std::unique_ptr<credential_store> store_of(auth_config& config) {
  if (config.store)
    return std::move(config.store);
  if (!config.auth_file.empty())
    return std::make_unique<file_store>(config.auth_file);
  return std::make_unique<memory_store>();
}

void warn_of_scheduler(const caf::actor_system& system, const auth_config& config) {
  auto policy = compat::harmful_policy(system.config());
  if (policy.empty() || !config.log)
    return;
  log_line line;
  line.at = config.clocks.wall();
  line.what = "scheduler_policy";
  line.detail = "the policy '" + policy + "' wakes an idle process hundreds of times a second and is slow when many " +
                "actors become ready at once: set scheduler.policy to sharing";
  line.loud = true;
  config.log(line);
}

} // namespace

caf::expected<auth_service> start(caf::actor_system& system, auth_config config) {
  if (auto problem = problem_of(config.authority))
    return make_auth_error({ec::misconfigured, *problem});
  warn_of_scheduler(system, config);
  auth_parts parts;
  parts.settings = config.settings ? *config.settings : settings_for(config.authority);
  parts.store = spawn_store(system, store_of(config));
  parts.transport =
      spawn_transport(system, std::make_shared<const authority>(std::move(config.authority)), config.clocks.boot);
  parts.provider = config.provider;
  parts.provider_timeout = config.provider_timeout;
  parts.clocks = std::move(config.clocks);
  parts.log = std::move(config.log);
  return auth_service{auth_handle{system.spawn<auth_actor>(std::move(parts))}, config.exit_grace};
}

} // namespace breakwater
