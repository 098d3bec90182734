#include "breakwater/tools/broker/run_app_server.hpp"

#include "breakwater/tools/broker/net/stdio.hpp"
#include "breakwater/tools/broker/run_broker.hpp"

namespace breakwater::broker {

int run_app_server(app_server_options options) {
  broker_parts parts;
  parts.accounts.push_back(std::move(options.account));
  parts.limits = options.limits;
  parts.exit_grace = options.exit_grace;
  return run_broker(std::move(parts), [&](broker_rig& rig) -> std::string {
    auto io = open_stdio(options.input, options.output);
    if (!io.input || !io.output)
      return "standard input and output have to be open";
    rig.loop.serve_only(std::move(io));
    return {};
  });
}

} // namespace breakwater::broker
