#pragma once
#include "breakwater/tools/broker/service/account_options.hpp"
#include "breakwater/tools/broker/service/limits.hpp"

#include <chrono>

namespace breakwater::broker {

struct app_server_options {
  account_options account;
  breakwater::broker::limits limits;
  /// How long the end may wait for a flight and its save.
  std::chrono::milliseconds exit_grace = std::chrono::seconds{10};
  /// Where lines come from and go to. Closed by the caller, if at all.
  int input = 0;
  int output = 1;
};

/// Speaks the auth part of the app-server protocol (docs/app-server.md) on two file descriptors until input ends,
/// output is closed by its reader, or SIGINT or SIGTERM arrives; then waits for a flight and its save. Handles these
/// signals, and ignores SIGPIPE, meanwhile. Returns the exit code: 0, or 1 with a line on stderr if it could
/// not start or lost a token.
int run_app_server(app_server_options);

} // namespace breakwater::broker
