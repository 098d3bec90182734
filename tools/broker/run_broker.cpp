#include "breakwater/tools/broker/run_broker.hpp"

#include "breakwater/actors/system_config.hpp"
#include "breakwater/tools/broker/protocol/methods.hpp"
#include "breakwater/tools/broker/run_trim.hpp"
#include "breakwater/tools/broker/service/aloud.hpp"

#include <unistd.h>

namespace breakwater::broker {

namespace {

/// One worker is enough for actors that never block, and every thread costs memory and time to start.
constexpr size_t worker_threads = 1;

session_facts facts_of(const std::vector<account_options>& accounts) {
  session_facts out;
  out.info.version = BREAKWATER_VERSION;
  out.info.pid = ::getpid();
  out.info.uid = ::getuid();
  out.info.since = std::chrono::system_clock::now();
  for (auto& one : accounts)
    out.info.accounts.push_back(one.name);
  auto where = accounts.empty() || !accounts.front().store ? std::string{} : accounts.front().store->where();
  if (where.starts_with('/'))
    out.home = where.substr(0, where.rfind('/'));
  return out;
}

} // namespace

int fail_to_start(const std::string& why) {
  say_aloud(why);
  return 1;
}

int run_broker(broker_parts parts, const std::function<std::string(broker_rig&)>& begin,
               const std::function<void()>& on_ending, const std::function<void()>& end) {
  if (parts.accounts.empty())
    return fail_to_start("there is no account to serve");
  system_config config;
  register_courier(config);
  compat::set_max_threads(config, worker_threads);
  caf::actor_system system{config};

  auto box = std::make_shared<inbox>();
  tally counts{all_methods().size(), parts.accounts.size()};
  loop_options options{parts.limits, parts.exit_grace, facts_of(parts.accounts), on_ending};
  loop clients{std::move(options), box, counts};
  if (!clients.problem().empty())
    return fail_to_start(clients.problem());
  switchboard board{{std::move(parts.accounts), parts.exit_grace}, system, box, clients, counts};
  if (auto problem = board.problem())
    return fail_to_start(problem.message);
  broker_rig rig{clients, board, counts};
  if (auto problem = begin(rig); !problem.empty())
    return fail_to_start(problem);
  give_back_memory_of_start();
  auto whole = clients.run(board);
  if (end)
    end();
  if (board.lost_tokens())
    say_aloud("an issued token could not be stored and is lost; it has to be logged in again");
  else if (!whole)
    say_aloud("a flight or its save did not end within the grace; the store keeps a note of it");
  return board.lost_tokens() || !whole ? 1 : 0;
}

} // namespace breakwater::broker
