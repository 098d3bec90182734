#pragma once
#include "breakwater/tools/broker/service/account_options.hpp"
#include "breakwater/tools/broker/service/limits.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace breakwater::broker {

struct serve_options {
  /// The first one is meant when a client names none. At least one.
  std::vector<account_options> accounts;
  /// The unix socket to listen on. Its directory is made (0700) if it is missing; with systemd's socket activation the
  /// inherited socket is used instead.
  std::string socket_path;
  /// `127.0.0.1:9464` or `[::1]:9464`: where /metrics and /healthz are served; port 0 picks one and says so. Empty:
  /// nowhere.
  std::string metrics_address;
  breakwater::broker::limits limits;
  /// How long the end may wait for flights and their saves.
  std::chrono::milliseconds exit_grace = std::chrono::seconds{10};
};

/// Serves the protocol of `run_app_server`, and that of our own clients (docs/app-server.md), to every process of this
/// user on a unix socket until SIGINT or SIGTERM arrives; then waits for flights and their saves. Says on stderr where
/// it listens. Handles these signals, and ignores SIGPIPE, meanwhile. Returns the exit code: 0, or 1 with a
/// line on stderr if it could not start (another broker has the socket: its pid is named) or lost a token.
int run_serve(serve_options);

} // namespace breakwater::broker
