#include "breakwater/tools/broker/service/switchboard.hpp"

#include "breakwater/tools/broker/protocol/app_server_codec.hpp"
#include "breakwater/tools/broker/rpc/answers.hpp"

#include <algorithm>

namespace breakwater::broker {

namespace {

/// An ask that has been on its way for longer is not joined: its callers would time out early.
constexpr std::chrono::milliseconds join_max = std::chrono::seconds{1};

template <class... F>
struct overload : F... {
  using F::operator()...;
};
template <class... F>
overload(F...) -> overload<F...>;

/// What changes the credential; what its client asks next is asked after it.
bool is_change(const ask& what) {
  return std::visit(
      []<class Ask>(const Ask&) {
        return std::is_same_v<Ask, ask_login> || std::is_same_v<Ask, ask_logout> ||
               std::is_same_v<Ask, ask_own_login> || std::is_same_v<Ask, ask_own_logout> ||
               std::is_same_v<Ask, ask_reload>;
      },
      what);
}

get_status full_status(bool refresh, std::chrono::milliseconds wait_max = wait_max_default) {
  return {.include_token = true, .refresh = refresh, .wait_max = wait_max};
}

} // namespace

switchboard::switchboard(options given, caf::actor_system& system, std::shared_ptr<inbox> box, audience& clients,
                         tally& counts)
    : audience_(clients), tally_(counts) {
  for (auto& one : given.accounts)
    accounts_.push_back(std::make_unique<account>(accounts_.size(), std::move(one), given.exit_grace, system, box));
  auto count = accounts_.size();
  put_off_.resize(count);
  shared_.resize(count);
  refreshing_.resize(count);
  early_.resize(count);
  changing_.resize(count);
  told_.resize(count);
  watchers_.resize(count);
  providers_.resize(count);
}

failure switchboard::problem() const {
  for (auto& one : accounts_)
    if (one->problem())
      return {one->problem().code, "account " + one->name() + ": " + one->problem().message};
  return {};
}

// -- questions --------------------------------------------------------------------------------------------------------

switchboard::progress switchboard::ask(uint64_t client, question q, wiped_string& out, loop_clock::time_point now) {
  auto& known = *accounts_[q.account];
  if (!known.view())
    return put_off(client, std::move(q));
  auto alone = [&](answer_kind kind) { return open(q.account, {client, std::move(q.id), kind}, false, now); };
  return std::visit(
      overload{
          [&](const ask_auth_status& a) {
            auto kind = a.include_token ? answer_kind::auth_status_with_token : answer_kind::auth_status;
            return ask_status(client, q, kind, a.refresh, out, now);
          },
          [&](const ask_account& a) { return ask_status(client, q, answer_kind::account_read, a.refresh, out, now); },
          [&](const ask_own_status& a) {
            if (a.refresh)
              count_refresh(q.account);
            auto number = open(q.account, {client, std::move(q.id), answer_kind::own_status}, a.refresh, now);
            known.carry(number, full_status(a.refresh, a.wait_max));
            return progress::open;
          },
          [&](const ask_token& a) {
            known.carry_apart(alone(answer_kind::token), a.what);
            return progress::open;
          },
          [&](const ask_refresh& a) {
            count_refresh(q.account);
            auto number = open(q.account, {client, std::move(q.id), answer_kind::refresh}, true, now);
            known.carry_apart(number, a.what);
            return progress::open;
          },
          [&](const ask_explain&) {
            known.carry(alone(answer_kind::explain), explain{});
            return progress::open;
          },
          [&](const ask_watch&) {
            known.carry(alone(answer_kind::watch), full_status(false));
            return progress::open;
          },
          [&](const auto&) { return change(client, q, out, now); },
      },
      q.what);
}

/// Until the store is read there is no credential to refresh: the auth actor would take the one that it then finds for
/// the new one that was asked for.
switchboard::progress switchboard::put_off(uint64_t client, question q) {
  auto changes = is_change(q.what);
  put_off_[q.account].push_back({client, std::move(q)});
  return changes ? progress::changing : progress::open;
}

void switchboard::take_up(size_t account, loop_clock::time_point now) {
  for (auto& one : std::exchange(put_off_[account], {})) {
    auto* out = audience_.output_of(one.client);
    auto changes = is_change(one.what.what);
    if (!out || ask(one.client, std::move(one.what), *out, now) != progress::answered)
      continue;
    audience_.wrote(one.client, 1);
    if (changes)
      audience_.change_ended(one.client);
  }
}

switchboard::progress switchboard::ask_status(uint64_t client, question& q, answer_kind kind, bool refresh,
                                              wiped_string& out, loop_clock::time_point now) {
  auto& known = *accounts_[q.account];
  if (refresh)
    count_refresh(q.account);
  if (known.knows(refresh, now)) {
    append_result(out, q.id,
                  kind == answer_kind::account_read
                      ? known.account_text()
                      : known.auth_status_text(kind == answer_kind::auth_status_with_token));
    return progress::answered;
  }
  return join(q.account, {client, std::move(q.id), kind}, refresh, now);
}

switchboard::progress switchboard::join(size_t account, asker who, bool refresh, loop_clock::time_point now) {
  auto& shared = shared_[account][refresh ? 0 : 1];
  auto on_its_way = tickets_.find(shared.number);
  if (on_its_way != tickets_.end() && now - shared.since < join_max) {
    on_its_way->second.askers.push_back(std::move(who));
    return progress::open;
  }
  shared = {open(account, std::move(who), refresh, now), now};
  accounts_[account]->carry(shared.number, full_status(refresh));
  return progress::open;
}

switchboard::progress switchboard::change(uint64_t client, question& q, wiped_string& out, loop_clock::time_point now) {
  auto& known = *accounts_[q.account];
  auto begin = [&](answer_kind kind, auto what) {
    ++changing_[q.account];
    known.carry(open(q.account, {client, std::move(q.id), kind}, false, now), std::move(what));
    return progress::changing;
  };
  if (auto* a = std::get_if<ask_login>(&q.what)) {
    auto external = a->given.method == auth_method::external;
    if (!external && known.view() && known.view()->method == auth_method::external) {
      append_error(out, q.id,
                   {invalid_request,
                    "External auth is active. Use account/login/start (chatgptAuthTokens) to update it or "
                    "account/logout to clear it.",
                    {}});
      ++tally_.errors[invalid_request];
      return progress::answered;
    }
    if (external)
      providers_[q.account] = client;
    return begin(external ? answer_kind::external_login : answer_kind::login, login{std::move(a->given)});
  }
  if (auto* a = std::get_if<ask_own_login>(&q.what))
    return begin(answer_kind::own_login, login{std::move(a->given)});
  if (auto* a = std::get_if<ask_own_logout>(&q.what))
    return begin(answer_kind::own_logout, logout{a->revoke});
  if (std::holds_alternative<ask_reload>(q.what))
    return begin(answer_kind::reload, reload{});
  return begin(answer_kind::logout, logout{});
}

uint64_t switchboard::open(size_t account, asker who, bool refresh, loop_clock::time_point now) {
  auto& made = tickets_[++last_ticket_];
  made.account = account;
  made.askers.push_back(std::move(who));
  made.since = now;
  made.refresh = refresh;
  if (refresh)
    ++refreshing_[account];
  return last_ticket_;
}

void switchboard::count_refresh(size_t account) {
  ++tally_.accounts[account].refresh_questions;
  if (refreshing_[account] > 0)
    ++tally_.accounts[account].coalesced;
}

void switchboard::forget(uint64_t client) {
  for (auto& watching : watchers_)
    watching.erase(client);
  std::replace(providers_.begin(), providers_.end(), client, uint64_t{0});
  for (auto at = wishes_.begin(); at != wishes_.end();) {
    if (at->second.client != client) {
      ++at;
      continue;
    }
    accounts_[at->second.account]->provide(
        at->second.number, {ec::provider_failed, "the client that gave the external token went away"}, {});
    at = wishes_.erase(at);
  }
}

void switchboard::shut_down(std::chrono::milliseconds deadline) {
  if (std::exchange(shutting_down_, true))
    return;
  for (size_t i = 0; i < accounts_.size(); ++i) {
    auto& made = tickets_[++last_ticket_];
    made.account = i;
    accounts_[i]->carry(last_ticket_, shutdown{deadline});
  }
}

} // namespace breakwater::broker
