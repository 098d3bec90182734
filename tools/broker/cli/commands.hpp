#pragma once
#include "breakwater/tools/broker/cli/auth_port.hpp"
#include "breakwater/tools/broker/cli/command_line.hpp"
#include "breakwater/tools/broker/cli/screen.hpp"

namespace breakwater::cli {

/// Does what a command about an account asks, and shows the answer. Closes the port. Returns the exit code.
int run_command(const command_line&, const broker::settings&, auth_port&, const screen&);

} // namespace breakwater::cli
