#include "breakwater/tools/broker/cli/direct_port.hpp"

#include "breakwater/actors/ask.hpp"
#include "breakwater/actors/errors.hpp"
#include "breakwater/actors/start.hpp"
#include "breakwater/tools/broker/cli/interrupt.hpp"
#include "breakwater/tools/broker/cli/store_reading.hpp"
#include "breakwater/tools/broker/rpc/auth_codec.hpp"

#include <condition_variable>
#include <mutex>

namespace breakwater::cli {

namespace {

using std::chrono::milliseconds;

/// How late an interrupt may be seen.
constexpr milliseconds nap{50};
/// A revocation is best effort: nobody waits longer for it.
constexpr milliseconds revocation_wait = std::chrono::seconds{10};

} // namespace

/// An auth actor of this process, asked from outside.
class direct_port::actor {
public:
  actor(auth_config config, milliseconds patience) : patience_(patience) {
    config.log = [this](const log_line& line) { note(line); };
    auto started = start(system_, std::move(config));
    if (started)
      service_ = std::move(*started);
    else
      problem_ = failure_of(started.error());
  }

  const failure& problem() const { return problem_; }

  /// Asks, waits for the answer, and makes a `T` of it. An interrupt tells the actor to end: what is under way is still
  /// waited for, and its answer is the answer.
  template <class T, class Ask, class Make>
  asked<T> ask(Ask question, Make make) {
    auto answer = breakwater::ask(system_, service_->auth(), std::move(question));
    while (answer.wait_for(nap) != std::future_status::ready)
      if (was_interrupted())
        begin_shutdown(patience_);
    auto got = answer.get();
    if (got)
      return {make(*got), {}};
    return {std::nullopt, trouble_with(got.error())};
  }

  void wait_for_revocation() {
    std::unique_lock guard{mutex_};
    noted_.wait_for(guard, revocation_wait, [&] { return has_note("revocation") || was_interrupted(); });
  }

  /// True if an issued token was lost; `detail` says which and why.
  bool end(milliseconds exit_grace, std::string& detail) {
    auto unsaved = false;
    if (!ending_) {
      auto status = breakwater::ask(system_, service_->auth(), get_status{}).get();
      unsaved = status && (*status)->health == auth_health::unsaved;
    }
    // A flight may take as long as its request; a disk that stays full is not worth more than the grace.
    begin_shutdown(unsaved ? exit_grace : patience_);
    auto outcome = ending_->get();
    std::lock_guard guard{mutex_};
    for (const auto& each : notes_)
      if (each.what == "lost")
        detail = each.detail;
    return outcome && outcome->lost;
  }

private:
  void note(const log_line& line) {
    std::lock_guard guard{mutex_};
    notes_.push_back(line);
    noted_.notify_all();
  }

  bool has_note(std::string_view what) const {
    for (const auto& each : notes_)
      if (each.what == what)
        return true;
    return false;
  }

  void begin_shutdown(milliseconds deadline) {
    if (!ending_)
      ending_ = breakwater::ask(system_, service_->auth(), shutdown{deadline});
  }

  trouble trouble_with(const caf::error& error) {
    broker::named_failure why{failure_of(error), refusal::none, retry_after_of(error)};
    if (why.why.code == ec::refresh_refused && !ending_)
      if (auto status = breakwater::ask(system_, service_->auth(), get_status{}).get())
        why.reason = (*status)->failure.reason;
    return trouble_of(why);
  }

  milliseconds patience_;
  std::mutex mutex_;
  std::condition_variable noted_;
  std::vector<log_line> notes_;
  system_config config_;
  caf::actor_system system_{config_};
  std::optional<auth_service> service_;
  failure problem_;
  std::optional<std::future<caf::expected<shutdown_outcome>>> ending_;
};

direct_port::direct_port(broker::account_options account, milliseconds exit_grace)
    : account_(std::move(account)), exit_grace_(exit_grace),
      store_name_(account_.store ? account_.store->where() : "in memory"),
      settings_(account_.settings ? *account_.settings : settings_for(account_.authority)) {}

direct_port::~direct_port() = default;

std::string direct_port::where() const { return "the store " + store_name_; }

asked<direct_port::actor*> direct_port::running_if_readable() {
  if (!actor_)
    if (auto read = account_.store->load(); read.error)
      return {std::nullopt, unreadable(read.error)};
  return running();
}

asked<direct_port::actor*> direct_port::running() {
  if (!actor_) {
    auth_config config;
    auto patience = account_.authority.total_timeout + exit_grace_;
    config.authority = account_.authority;
    config.settings = settings_;
    config.store = std::move(account_.store);
    config.exit_grace = exit_grace_;
    actor_ = std::make_unique<actor>(std::move(config), patience);
  }
  if (!actor_->problem())
    return {actor_.get(), {}};
  trouble why;
  why.code = actor_->problem().code;
  why.what = actor_->problem().message;
  return {std::nullopt, why};
}

trouble direct_port::unreadable(const failure& error) const {
  trouble why;
  why.code = error.code;
  why.what = error.message;
  return why;
}

asked<status_fields> direct_port::status() {
  auto read = account_.store->load();
  if (read.error)
    return {std::nullopt, unreadable(read.error)};
  return {status_of(read, settings_, moment_now()), {}};
}

asked<bearer_fields> direct_port::token(milliseconds min_validity, milliseconds wait_max) {
  auto to = running_if_readable();
  if (!to.value)
    return {std::nullopt, to.why};
  get_token question;
  question.min_validity = min_validity;
  question.wait_max = wait_max;
  return (*to.value)->ask<bearer_fields>(question, [](const bearer& got) { return *got; });
}

asked<status_fields> direct_port::refresh(milliseconds wait_max) {
  // A moment ago is new enough, as it is for callers of one actor: a hundred programs started in a row make one
  // request.
  auto now = moment_now();
  if (auto read = account_.store->load(); !read.error && is_fresh(read.found.credential, now.wall))
    return {status_of(read, settings_, now), {}};
  auto to = running_if_readable();
  if (!to.value)
    return {std::nullopt, to.why};
  // What the store holds now is what the caller has; a new actor has not read it yet, and would call it news.
  auto keep = [](const auth_status& got) { return *got; };
  auto before = (*to.value)->ask<status_fields>(get_status{}, keep);
  if (!before.value)
    return before;
  return (*to.value)->ask<status_fields>(breakwater::refresh{before.value->generation, wait_max}, keep);
}

bool direct_port::is_fresh(const credential& held, wall_time now) const {
  auto age = now - held.refreshed_at;
  return held.method == auth_method::oauth && held.refreshed_at != unknown_time && age.count() >= 0 &&
         age < settings_.fresh_window && (held.expires_at == unknown_time || now < held.expires_at);
}

asked<reload_outcome> direct_port::reload() {
  auto now = status();
  if (!now.value)
    return {std::nullopt, now.why};
  return {now.value->method == auth_method::none ? reload_outcome::logged_out : reload_outcome::unchanged, {}};
}

asked<status_fields> direct_port::login(const credential& given) {
  auto to = running();
  if (!to.value)
    return {std::nullopt, to.why};
  return (*to.value)->ask<status_fields>(breakwater::login{given}, [](const auth_status& got) { return *got; });
}

asked<logout_outcome> direct_port::logout(bool revoke) {
  auto to = running();
  if (!to.value)
    return {std::nullopt, to.why};
  auto out =
      (*to.value)->ask<logout_outcome>(breakwater::logout{revoke}, [](const logout_outcome& got) { return got; });
  if (out.value && out.value->revoking)
    (*to.value)->wait_for_revocation();
  return out;
}

asked<story_facts> direct_port::explain() {
  return {read_store(*account_.store, account_.name, settings_, moment_now()), {}};
}

trouble direct_port::watch(const std::function<bool(const status_fields&)>& show) {
  std::mutex mutex;
  std::condition_variable changed;
  bool look = true;
  auto watching = account_.store->watch([&] {
    std::lock_guard guard{mutex};
    look = true;
    changed.notify_all();
  });
  if (watching)
    return unreadable(watching);
  json_document shown;
  for (auto going = true; going && !was_interrupted();) {
    {
      std::unique_lock guard{mutex};
      if (!changed.wait_for(guard, nap, [&] { return look; }))
        continue;
      look = false;
    }
    // A store that cannot be read is a status too: it may be mended while we watch.
    auto now = status_of(account_.store->load(), settings_, moment_now());
    auto next = broker::status_to_json(account_.name, now);
    if (auto failure = next.find("failure"); failure != next.end())
      failure->erase("since"); // of an unreadable store: the time of this look
    if (next != shown)
      going = show(now);
    shown = std::move(next);
  }
  account_.store->watch({});
  return {};
}

trouble direct_port::close() {
  if (!actor_ || actor_->problem())
    return {};
  trouble why;
  if (actor_->end(exit_grace_, why.what)) {
    why.code = ec::in_doubt;
    if (why.what.empty())
      why.what = "an issued token could not be stored before the end";
    why.meaning = "the old refresh token is spent and the new one is gone: this login ends with its access token";
    why.advice = "mend the store, then log in again: breakwater login";
  }
  actor_.reset();
  return why;
}

} // namespace breakwater::cli
