#pragma once
#include "breakwater/core/auth_machine.hpp"
#include "breakwater/core/ledger.hpp"
#include "breakwater/tests/support/samples.hpp"

#include <deque>
#include <map>
#include <string>
#include <utility>

namespace breakwater {

/// One store, in memory, for any number of drivers, with faults to order.
struct store_place {
  stored content;
  const void* lease_holder = nullptr;
  bool unreadable = false;
  bool unwritable = false;    ///< nothing can be written
  bool uncommittable = false; ///< credentials cannot be written, notes can
  int writes = 0;
};

/// Runs one machine by hand: the store answers at once, the authority when the test says so, the clock when it is told.
class machine_driver {
public:
  explicit machine_driver(store_place& place, uint64_t life = 1, auth_settings settings = {})
      : machine(std::move(settings), life), place_(place), life_(life) {}

  auth_machine machine;

  moment now() { return {at_, wall_at_, random_ += 1024 * 7919 + life_ * 2}; }

  void start() { run(machine.on_start(now())); }

  /// Lets time pass, waking the machine at each instant it armed for.
  void advance(span by) {
    auto until = at_ + by;
    while (armed && *armed <= until) {
      auto next = std::max(*armed, at_);
      wall_at_ += next - at_;
      at_ = next;
      armed.reset();
      run(machine.on_timer(now()));
    }
    wall_at_ += until - at_;
    at_ = until;
  }

  waiter_id get_status(breakwater::get_status ask = {}) {
    run(machine.on_get_status(++last_, ask, now()));
    return last_;
  }
  waiter_id get_token(breakwater::get_token ask = {}) {
    if (auto known = machine.answer_at_once(ask, at_)) {
      answers[++last_].push_back(*known);
      return last_;
    }
    run(machine.on_get_token(++last_, ask, now()));
    return last_;
  }
  waiter_id refresh(breakwater::refresh ask = {}) {
    run(machine.on_refresh(++last_, ask, now()));
    return last_;
  }
  waiter_id reload() {
    run(machine.on_reload(++last_, now()));
    return last_;
  }
  waiter_id login(credential c) {
    run(machine.on_login(++last_, breakwater::login{std::move(c)}, now()));
    return last_;
  }
  waiter_id logout(bool revoke = true) {
    run(machine.on_logout(++last_, breakwater::logout{revoke}, now()));
    return last_;
  }
  waiter_id shutdown(std::chrono::milliseconds deadline) {
    run(machine.on_shutdown(++last_, breakwater::shutdown{deadline}, now()));
    return last_;
  }
  void store_changed() { run(machine.on_store_changed(now())); }

  /// Answers the request under way.
  void answer(token_answer with) {
    auto flight = in_the_air.front();
    in_the_air.pop_front();
    run(machine.on_answer(flight, std::move(with), now()));
  }

  bool open(waiter_id who) const { return !answers.count(who); }
  /// The one answer of a caller: more or fewer are an error of the machine.
  template <class T>
  const T* got(waiter_id who) const {
    auto at = answers.find(who);
    return at != answers.end() && at->second.size() == 1 ? std::get_if<T>(&at->second.front()) : nullptr;
  }
  ec error_of(waiter_id who) const {
    auto refused = got<refused_request>(who);
    return refused ? refused->error.code : ec::none;
  }
  std::string token_of(waiter_id who) const {
    auto b = got<bearer>(who);
    return b ? std::string{(**b).token.reveal()} : std::string{};
  }
  const status_fields& status() const { return **machine.answer_at_once(breakwater::get_status{true}, at_); }
  std::string shown_token() const { return std::string{status().token.reveal()}; }

  std::map<waiter_id, std::vector<reply>> answers;
  std::deque<uint64_t> in_the_air;
  std::vector<std::string> sent;
  /// Until when each of them might leave.
  std::vector<instant> not_after;
  std::vector<std::string> revoked;
  std::vector<history_entry> notes;
  std::vector<std::string> loud;
  std::vector<auth_changed> published;
  std::optional<instant> armed;

private:
  friend struct performer;
  void run(effect_list effects);

  store_place& place_;
  uint64_t life_;
  instant at_{std::chrono::hours{1}};
  wall_time wall_at_{std::chrono::seconds{1'800'000'000}};
  uint64_t random_ = 0;
  waiter_id last_ = 0;
  std::deque<effect> pending_;
  bool running_ = false;
};

/// Performs effects on a driver's world.
struct performer {
  machine_driver& d;

  failure writable() const {
    return d.place_.unwritable ? failure{ec::store_unwritable, "no space left on device"} : failure{};
  }
  failure writable_under_lease() const {
    return leased() ? writable() : failure{ec::store_busy, "auth.json.lease: the lease is not ours (any more)"};
  }
  bool holds(const token_hash& token) const { return hash_of(d.place_.content.credential.refresh_token) == token; }
  bool leased() const { return d.place_.lease_holder == &d; }

  void operator()(effects::answer& e) {
    for (auto who : e.who)
      d.answers[who].push_back(e.what);
  }
  void operator()(effects::publish& e) { d.published.push_back(e.notice); }
  void operator()(effects::arm_timer& e) { d.armed = e.at; }
  void operator()(effects::call_authority& e) {
    d.sent.emplace_back(e.refresh_token.reveal());
    d.not_after.push_back(e.not_after);
    d.in_the_air.push_back(e.flight);
  }
  void operator()(effects::ask_provider& e) { d.in_the_air.push_back(e.flight); }
  void operator()(effects::revoke_token& e) { d.revoked.emplace_back(e.token.reveal()); }
  void operator()(effects::store_load& e) {
    load_result read{{}, d.place_.content};
    if (d.place_.unreadable)
      read = {{ec::store_unreadable, "auth.json: not JSON"}, {}};
    d.run(d.machine.on_loaded(e.op, std::move(read), d.now()));
  }
  void operator()(effects::store_acquire& e) {
    store_outcome outcome;
    if (d.place_.lease_holder && !leased())
      outcome = {ec::store_busy, "another process refreshes"};
    else
      d.place_.lease_holder = &d;
    d.run(d.machine.on_acquired(e.op, outcome, d.now()));
  }
  void operator()(effects::store_write_intent& e) {
    auto outcome = writable_under_lease();
    if (outcome.code == ec::none) {
      d.place_.content.intent = e.intent;
      d.place_.content.ledger = e.ledger;
      ++d.place_.writes;
    }
    d.run(d.machine.on_intent_written(e.op, outcome, d.now()));
  }
  void operator()(effects::store_write_ledger& e) {
    auto outcome = writable_under_lease();
    if (outcome.code == ec::none) {
      d.place_.content.ledger = e.ledger;
      ++d.place_.writes;
    }
    d.run(d.machine.on_ledger_written(e.op, outcome, d.now()));
  }
  void operator()(effects::store_clear_intent& e) {
    auto outcome = writable();
    if (outcome.code == ec::none && d.place_.content.intent && d.place_.content.intent->flight == e.flight)
      d.place_.content.intent.reset();
    d.run(d.machine.on_intent_cleared(e.op, outcome, d.now()));
  }
  void operator()(effects::store_commit& e) {
    commit_result result;
    if (!holds(e.sent) && !holds(hash_of(e.next.refresh_token))) {
      result = {commit_outcome::conflict, {}};
    } else if (d.place_.unwritable || d.place_.uncommittable) {
      result = {commit_outcome::failed, {ec::store_unwritable, "no space left on device"}};
    } else {
      d.place_.content.credential = e.next;
      ++d.place_.writes;
    }
    d.run(d.machine.on_committed(e.op, result, d.now()));
  }
  void operator()(effects::store_put& e) {
    put_result result{writable(), {}};
    if (result.error.code == ec::none) {
      d.place_.content.credential = e.next;
      result.found = d.place_.content;
    }
    d.run(d.machine.on_put(e.op, std::move(result), d.now()));
  }
  void operator()(effects::store_take& e) {
    take_result result{writable(), {}};
    if (result.error.code == ec::none)
      result.erased = std::exchange(d.place_.content.credential, {});
    d.run(d.machine.on_taken(e.op, std::move(result), d.now()));
  }
  void operator()(effects::store_release&) {
    if (leased())
      d.place_.lease_holder = nullptr;
  }
  void operator()(effects::note& e) {
    d.notes.push_back(e.entry);
    if (e.loud)
      d.loud.push_back(e.entry.what + ": " + e.entry.detail);
  }
};

inline void machine_driver::run(effect_list effects) {
  for (auto& e : effects)
    pending_.push_back(std::move(e));
  if (std::exchange(running_, true))
    return;
  while (!pending_.empty()) {
    auto next = std::move(pending_.front());
    pending_.pop_front();
    std::visit(performer{*this}, next);
  }
  running_ = false;
}

/// Samples of tests/support, by their short names.
using testing::issued;
using testing::lost;
using testing::refused;
using testing::unavailable;
using testing::unsent;

/// An OAuth login that ends an hour after it was issued.
inline credential login_of(const std::string& account, const std::string& refresh_token,
                           const std::string& access_token, wall_time expires_at) {
  auto c = testing::oauth_credential(access_token, refresh_token, expires_at, account);
  c.refreshed_at = expires_at - std::chrono::hours{1};
  return c;
}

} // namespace breakwater
