#include "breakwater/actors/start.hpp"
#include "breakwater/tests/process/subject/commands.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

/// A program that embeds Breakwater, for tests that need one to kill, stop, starve or lie to. It does what it is told
/// on standard input (commands.hpp) and says on standard output what came of it, one JSON object a line; what nobody
/// must overlook goes to standard error, one line a decision.
int main(int argc, char** argv) {
  using namespace breakwater;
  using milliseconds = std::chrono::milliseconds;

  auth_config config;
  auto& to = config.authority;
  to.client_id = "breakwater-subject";
  int64_t total_timeout = 5'000, lease_wait_max = 45'000, exit_grace = 10'000;
  auth_settings policy;
  std::optional<int64_t> settle;
  int64_t backoff_min = policy.backoff_min.count();

  CLI::App app{"breakwater-subject: an embedding program under test"};
  app.add_option("--file", config.auth_file, "path of the auth.json")->required();
  app.add_option("--token-endpoint", to.token_endpoint, "the authority")->required();
  app.add_option("--revocation-endpoint", to.revocation_endpoint, "where tokens are revoked");
  app.add_option("--total-timeout", total_timeout, "ms of one request");
  app.add_option("--lease-wait-max", lease_wait_max, "ms that a flight waits for the lease");
  app.add_option("--exit-grace", exit_grace, "ms that the end waits for a save");
  app.add_option("--settle", settle, "ms before a doubtful token may be tried again; twice the time-out if not given");
  app.add_option("--backoff-min", backoff_min, "ms of the first pause");
  CLI11_PARSE(app, argc, argv);

  to.total_timeout = milliseconds{total_timeout};
  policy = settings_for(to);
  policy.lease_wait_max = milliseconds{lease_wait_max};
  policy.backoff_min = milliseconds{backoff_min};
  if (settle)
    policy.settle = milliseconds{*settle};
  config.settings = policy;
  config.exit_grace = milliseconds{exit_grace};
  config.log = [](const log_line& line) {
    if (line.loud)
      std::cerr << line.what + ": " + line.detail + "\n" << std::flush;
  };

  system_config with;
  caf::actor_system system{with};
  auto started = start(system, std::move(config));
  if (!started) {
    std::cerr << to_string(started.error()) << "\n";
    return 1;
  }
  return subject::obey(system, *started, std::cin, milliseconds{exit_grace});
}
