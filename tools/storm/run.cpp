#include "breakwater/tools/storm/run.hpp"

#include "breakwater/tools/authority/server.hpp"
#include "breakwater/tools/storm/crowd.hpp"
#include "breakwater/tools/storm/login.hpp"
#include "breakwater/tools/storm/measure.hpp"
#include "breakwater/tools/storm/other_process.hpp"
#include "breakwater/transport/oauth_client.hpp"

#include <algorithm>
#include <thread>

namespace breakwater::storm {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds look_every{2};
/// The tokens of a caller that does not wait have to be asked for while the slowest answer is on its way.
constexpr milliseconds beyond_delay{100};

constexpr auto account = "alice";

class storm_run {
public:
  storm_run(caf::actor_system& system, const scenario& what, policy_kind kind, const storm_settings& settings)
      : system_(system), scenario_(what), kind_(kind), settings_(settings) {
    settings_.delay = std::max(settings.delay, what.delay_min);
    settings_.time = std::max(settings.time, settings_.delay + beyond_delay);
    fake::server_options options;
    options.authority.delay = settings_.delay;
    options.authority.seed = settings.seed;
    made_at_ = steady_clock::now();
    server_.emplace(std::move(options));
  }

  run_result run(const onlooker& who) {
    if (auto problem = begin())
      return {std::nullopt, *problem};
    callers_.emplace(system_, *policy_, settings_);
    auto finished = storm(who);
    samples_ = callers_->end();
    policy_->end(settings_.delay + drain_max_of(policy_kind::naive));
    if (!finished)
      return {};
    return {measure(note()), {}};
  }

private:
  std::optional<std::string> begin() {
    if (auto problem = server_->start())
      return problem;
    authority_ = generic_authority(server_->token_endpoint(), "storm");
    first_ = begins_valid() ? server_->issue(account) : server_->issue(account, std::chrono::seconds{0});
    family_in_use_ = first_.family;
    if (fake::refuses(scenario_.standing.what))
      server_->refuse(first_.family, scenario_.standing.what);
    else
      server_->stand(scenario_.standing);
    if (scenario_.first)
      server_->script(*scenario_.first);
    policy_ = make_policy(kind_, system_, authority_);
    auto held = credential_of(first_);
    if (auto problem = policy_->begin(held))
      return problem;
    if (scenario_.beside != incident::other_process)
      return std::nullopt;
    auto refreshed = refresh_elsewhere(authority_, held);
    if (!refreshed)
      return "the other process got no token";
    return policy_->write_from_outside(*refreshed);
  }

  /// Whoever starts with an expired token may refresh it at once, and then no other process is first.
  bool begins_valid() const { return settings_.mix != ask_mix::token || scenario_.beside == incident::other_process; }

  /// False if it was interrupted.
  bool storm(const onlooker& who) {
    began_ = steady_clock::now();
    callers_->begin();
    auto limit = began_ + settings_.time + settings_.delay + drain_max_of(kind_);
    for (;;) {
      ended_ = steady_clock::now();
      auto requests = server_->totals().token_requests;
      if (scenario_.beside == incident::login && !logged_in_ && requests > 0)
        log_in();
      auto shown = settings_.time + settings_.delay;
      who.show({callers_->asked(), callers_->answered(), requests, ended_ - began_, shown});
      if (who.interrupted())
        return false;
      if (callers_->is_answered() || ended_ >= limit)
        return true;
      std::this_thread::sleep_for(look_every);
    }
  }

  void log_in() {
    logged_in_ = true;
    auto next = server_->issue(account);
    family_in_use_ = next.family;
    policy_->login(credential_of(next));
  }

  record note() {
    record all;
    all.scenario = &scenario_;
    all.policy = kind_;
    all.callers = std::move(samples_);
    all.authority = server_->stats();
    all.began = began_;
    all.ended = ended_;
    all.began_there = began_ - made_at_;
    all.delay = settings_.delay;
    all.began_valid = begins_valid();
    all.family_alive = server_->is_alive(family_in_use_);
    all.token_kept = all.family_alive && is_kept(policy_->stored().refresh_token, all.authority.tokens);
    return all;
  }

  bool is_kept(const secret& stored, const std::vector<fake::token_count>& issued) const {
    if (scenario_.right.keeps == survivor::initial)
      return stored == first_.refresh_token;
    return is_newest(*server_, stored, family_in_use_, issued);
  }

  caf::actor_system& system_;
  const scenario& scenario_;
  policy_kind kind_;
  storm_settings settings_;

  std::optional<fake::server> server_;
  steady_instant made_at_;
  authority authority_;
  fake::grant first_;
  uint64_t family_in_use_ = 0;
  bool logged_in_ = false;
  std::unique_ptr<policy> policy_;

  std::optional<crowd> callers_;
  std::vector<samples> samples_;
  steady_instant began_, ended_;
};

} // namespace

run_result run_storm(caf::actor_system& system, const scenario& what, policy_kind kind, const storm_settings& settings,
                     const onlooker& who) {
  return storm_run{system, what, kind, settings}.run(who);
}

} // namespace breakwater::storm
