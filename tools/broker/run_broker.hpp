#pragma once
#include "breakwater/tools/broker/net/loop.hpp"
#include "breakwater/tools/broker/service/account_options.hpp"

#include <functional>
#include <string>
#include <vector>

namespace breakwater::broker {

/// What `app-server` and `serve` have in common.
struct broker_parts {
  std::vector<account_options> accounts;
  breakwater::broker::limits limits;
  std::chrono::milliseconds exit_grace{0};
};

/// What is there once accounts and loop are made, for what is special to either command.
struct broker_rig {
  broker::loop& loop;
  switchboard& board;
  const tally& counts;
};

/// Starts the accounts, calls `begin`, runs the loop to its end, calls `end`, and lets the accounts go. Handles
/// SIGINT and SIGTERM and ignores SIGPIPE meanwhile. `begin` returns what keeps the broker from running, or
/// nothing; `on_ending` is called when the end begins. Returns the exit code.
int run_broker(broker_parts, const std::function<std::string(broker_rig&)>& begin,
               const std::function<void()>& on_ending = {}, const std::function<void()>& end = {});

/// Says on stderr what keeps the broker from running, and gives the exit code for it.
int fail_to_start(const std::string& why);

} // namespace breakwater::broker
