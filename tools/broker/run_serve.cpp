#include "breakwater/tools/broker/run_serve.hpp"

#include "breakwater/tools/broker/metrics/exposition.hpp"
#include "breakwater/tools/broker/metrics/metrics_server.hpp"
#include "breakwater/tools/broker/net/systemd.hpp"
#include "breakwater/tools/broker/net/unix_listener.hpp"
#include "breakwater/tools/broker/protocol/methods.hpp"
#include "breakwater/tools/broker/run_broker.hpp"
#include "breakwater/tools/broker/service/aloud.hpp"

namespace breakwater::broker {

namespace {

/// What `serve` has beside accounts and loop.
struct services {
  std::vector<std::unique_ptr<unix_listener>> listeners;
  std::unique_ptr<metrics_server> metrics;
};

std::string listen(services& made, broker_rig& rig, const serve_options& options) {
  auto room = make_room_for_clients(options.limits.clients_max);
  auto another = [&]() -> unix_listener& {
    return *made.listeners.emplace_back(std::make_unique<unix_listener>(rig.loop, rig.counts, room));
  };
  auto inherited = take_inherited_sockets();
  if (!inherited.problem.empty())
    return inherited.problem;
  for (auto& socket : inherited.sockets)
    if (auto problem = another().adopt(std::move(socket)); !problem.empty())
      return problem;
  if (made.listeners.empty())
    if (auto problem = another().listen(options.socket_path); !problem.empty())
      return problem;
  for (auto& listener : made.listeners)
    rig.loop.add_guest(*listener);
  return {};
}

std::string metrics_text(const broker_rig& rig) {
  std::vector<std::string_view> names;
  for (auto& one : all_methods())
    names.push_back(one.name);
  std::vector<account_gauge> gauges;
  for (auto& one : rig.board.accounts()) {
    auto& view = one->view();
    gauges.push_back({one->name(), view ? view->health : auth_health::ok, view && view->method != auth_method::none});
  }
  return render_metrics(rig.counts, names, gauges);
}

std::string serve_metrics(services& made, broker_rig& rig, const std::string& address) {
  if (address.empty())
    return {};
  made.metrics = std::make_unique<metrics_server>([rig] { return metrics_text(rig); });
  if (auto problem = made.metrics->listen(address); !problem.empty())
    return problem;
  rig.loop.add_guest(*made.metrics);
  return {};
}

void announce(const services& made) {
  std::string where;
  for (auto& listener : made.listeners)
    where += (where.empty() ? "" : ", ") + listener->path();
  say_aloud("listening on " + where);
  if (made.metrics)
    say_aloud("metrics on " + made.metrics->url());
  tell_ready("listening on " + where);
}

} // namespace

int run_serve(serve_options options) {
  services made;
  broker_parts parts;
  parts.accounts = std::move(options.accounts);
  parts.limits = options.limits;
  parts.exit_grace = options.exit_grace;
  auto begin = [&](broker_rig& rig) {
    auto problem = listen(made, rig, options);
    if (problem.empty())
      problem = serve_metrics(made, rig, options.metrics_address);
    if (problem.empty())
      announce(made);
    else
      for (auto& listener : made.listeners)
        listener->stop();
    return problem;
  };
  auto on_ending = [&] {
    tell_stopping();
    for (auto& listener : made.listeners)
      listener->stop();
  };
  return run_broker(std::move(parts), begin, on_ending, [&] { made = {}; });
}

} // namespace breakwater::broker
