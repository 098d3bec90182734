#include "breakwater/actors/start.hpp"
#include "breakwater/storage/file_store.hpp"
#include "breakwater/tests/process/subject/commands.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

namespace {

int nothing_to_read = -1;

/// Ends the input, and so the program, in its own time.
void end_input(int) { ::dup2(nothing_to_read, STDIN_FILENO); }

/// SIGINT and SIGTERM ask to finish, as the end of the input does. The read that they interrupt is not begun again.
void finish_on_signals() {
  nothing_to_read = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  struct sigaction on_end {};
  on_end.sa_handler = end_input;
  for (auto number : {SIGINT, SIGTERM})
    ::sigaction(number, &on_end, nullptr);
}

/// Sees nothing of what other programs write, so that its thread makes the same calls in the same order in every run.
class unwatched_store : public breakwater::file_store {
public:
  using file_store::file_store;
  breakwater::store_outcome watch(std::function<void()>) override { return {}; }
};

} // namespace

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
  int64_t backoff_min = policy.backoff_min.count(), replay_grace = 0;
  bool says_all = false, unwatched = false;

  CLI::App app{"breakwater-subject: an embedding program under test"};
  app.add_option("--file", config.auth_file, "path of the auth.json")->required();
  app.add_option("--token-endpoint", to.token_endpoint, "the authority")->required();
  app.add_option("--revocation-endpoint", to.revocation_endpoint, "where tokens are revoked");
  app.add_option("--total-timeout", total_timeout, "ms of one request");
  app.add_option("--lease-wait-max", lease_wait_max, "ms that a flight waits for the lease");
  app.add_option("--exit-grace", exit_grace, "ms that the end waits for a save");
  app.add_option("--settle", settle, "ms before a doubtful token may be tried again; twice the time-out if not given");
  app.add_option("--backoff-min", backoff_min, "ms of the first pause");
  app.add_option("--replay-grace", replay_grace, "s that the authority documents for a second use of a refresh token");
  app.add_flag("--log", says_all, "every decision on standard error, not the loud ones only");
  app.add_flag("--no-watch", unwatched, "do not watch the file");
  CLI11_PARSE(app, argc, argv);

  to.replay_grace = std::chrono::seconds{replay_grace};
  to.total_timeout = milliseconds{total_timeout};
  policy = settings_for(to);
  policy.lease_wait_max = milliseconds{lease_wait_max};
  policy.backoff_min = milliseconds{backoff_min};
  if (settle)
    policy.settle = milliseconds{*settle};
  config.settings = policy;
  if (unwatched)
    config.store = std::make_unique<unwatched_store>(config.auth_file);
  config.exit_grace = milliseconds{exit_grace};
  config.log = [says_all](const log_line& line) {
    if (line.loud || says_all)
      std::cerr << line.what + ": " + line.detail + "\n" << std::flush;
  };

  finish_on_signals();
  system_config with;
  caf::actor_system system{with};
  auto started = start(system, std::move(config));
  if (!started) {
    std::cerr << to_string(started.error()) << "\n";
    return 1;
  }
  return subject::obey(system, *started, std::cin, milliseconds{exit_grace});
}
