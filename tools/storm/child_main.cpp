#include "breakwater/tools/storm/child_main.hpp"

#include "breakwater/actors/system_config.hpp"
#include "breakwater/tools/storm/child_protocol.hpp"
#include "breakwater/tools/storm/crowd.hpp"
#include "breakwater/transport/oauth_client.hpp"

#include <istream>
#include <ostream>
#include <thread>

namespace breakwater::storm {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int exit_failed = 2;
constexpr milliseconds look_every{2};
constexpr milliseconds say_every{100};

void say(std::ostream& out, const child_message& what) { out << render(what) << std::flush; }

int fail(std::ostream& out, std::string why) {
  child_message message;
  message.problem = std::move(why);
  say(out, message);
  return exit_failed;
}

void wait_for_answers(const crowd& callers, const child_settings& settings, std::ostream& out) {
  auto began = steady_clock::now(), said = began;
  auto limit = began + settings.storm.time + settings.storm.delay + drain_max_of(settings.policy);
  while (!callers.is_answered() && steady_clock::now() < limit) {
    std::this_thread::sleep_for(look_every);
    if (auto now = steady_clock::now(); now - said >= say_every) {
      said = now;
      child_message message;
      message.asked = callers.asked();
      message.answered = callers.answered();
      say(out, message);
    }
  }
}

} // namespace

int run_child(std::istream& in, std::ostream& out) {
  std::string line;
  std::getline(in, line);
  auto settings = parse_child_settings(line);
  if (!settings)
    return fail(out, "this is started by breakwater-storm --processes, not by hand");
  system_config config;
  caf::actor_system system{config};
  auto policy =
      make_policy(settings->policy, system, generic_authority(settings->token_endpoint, "storm"), settings->auth_file);
  if (auto problem = policy->begin(std::nullopt))
    return fail(out, *problem);
  child_message last;
  {
    crowd callers{system, *policy, settings->storm};
    child_message ready;
    ready.ready = true;
    say(out, ready);
    if (!std::getline(in, line))
      return exit_failed; // the one that would want our answers is gone
    callers.begin();
    wait_for_answers(callers, *settings, out);
    last.asked = callers.asked();
    last.answered = callers.answered();
    last.callers = callers.end();
  }
  policy->end(settings->storm.delay + drain_max_of(policy_kind::naive));
  say(out, last);
  return 0;
}

} // namespace breakwater::storm
