#include "breakwater/tools/broker/protocol/app_server_codec.hpp"
#include "breakwater/tools/broker/rpc/answers.hpp"
#include "breakwater/tools/broker/rpc/json_fields.hpp"
#include "breakwater/tools/broker/service/aloud.hpp"
#include "breakwater/tools/broker/service/switchboard.hpp"

/// The second half of the switchboard: what comes back.
namespace breakwater::broker {

namespace {

/// The generation that an answer is of; none for an answer that has none.
generation generation_of(const outcome& what) {
  if (auto* status = std::get_if<auth_status>(&what); status && *status)
    return (*status)->generation;
  if (auto* token = std::get_if<bearer>(&what); token && *token)
    return (*token)->generation;
  return {};
}

bearer bearer_of(const status_fields& now) {
  return bearer{bearer_fields{now.token, now.generation, now.expires_at, now.account}};
}

} // namespace

void switchboard::on_reports(loop_clock::time_point now, inbox& box) {
  for (auto& one : box.take())
    std::visit([&](auto& what) { on(one.account, what, now); }, one.what);
}

void switchboard::on(size_t account, question_ended& ended, loop_clock::time_point now) {
  auto found = tickets_.find(ended.ticket);
  if (found == tickets_.end())
    return;
  auto& known = *accounts_[account];
  known.update(ended.now);
  if (found->second.refresh && ended.now)
    known.refresh_ended(now);
  if (is_early(known, ended.what)) {
    found->second.early = std::move(ended.what);
    found->second.is_early = true;
    ++early_[account];
    return;
  }
  conclude(ended.ticket, found->second, ended.what, now);
  if (ended.now)
    conclude_early(account, now);
}

void switchboard::on(size_t account, status_changed& change, loop_clock::time_point now) {
  auto& known = *accounts_[account];
  known.pushed(change.now);
  take_up(account, now);
  conclude_early(account, now);
  tell_of_change(account);
  if (watchers_[account].empty())
    return;
  auto params = json_document::object();
  set_text(params, "account", known.name());
  params["status"] = status_to_json(known.name(), *known.view());
  auto text = in_one_line(params);
  for (auto client : watchers_[account])
    if (auto* out = audience_.output_of(client)) {
      append_notification(*out, "breakwater/changed", text);
      audience_.wrote(client, 0);
    }
}

void switchboard::on(size_t account, decision_made& made, loop_clock::time_point) {
  auto& counts = tally_.accounts[account];
  auto& line = made.line;
  if (line.what == "flight_started")
    ++counts.flights;
  if (line.what == "answered")
    if (auto open = line.detail.rfind('('); open != std::string::npos && line.detail.back() == ')')
      ++counts.verdicts[line.detail.substr(open + 1, line.detail.size() - open - 2)];
  if (!line.loud)
    return;
  ++counts.loud;
  say_aloud("account " + accounts_[account]->name() + ": " + line.what + ": " + line.detail);
}

// -- an account/updated for whoever was told something else ----------------------------------------------------------

void switchboard::tell_of_change(size_t account) {
  if (account != 0 || changing_[account] > 0 || !accounts_[account]->view())
    return;
  auto text = render_account_updated(*accounts_[account]->view());
  auto first = told_[account].empty();
  if (text == told_[account])
    return;
  told_[account] = text;
  if (!first)
    audience_.notify_all("account/updated", text);
}

// -- answers ----------------------------------------------------------------------------------------------------------

bool switchboard::is_early(const account& known, const outcome& what) const {
  auto of = generation_of(what);
  return of && (!known.view() || known.view()->generation.number < of.number);
}

void switchboard::conclude_early(size_t account, loop_clock::time_point now) {
  if (early_[account] == 0)
    return;
  std::vector<uint64_t> ready;
  for (auto& [number, one] : tickets_)
    if (one.account == account && one.is_early && !is_early(*accounts_[account], one.early))
      ready.push_back(number);
  early_[account] -= ready.size();
  for (auto number : ready) {
    auto& one = tickets_[number];
    auto what = std::move(one.early);
    conclude(number, one, what, now);
  }
}

void switchboard::conclude(uint64_t number, ticket& finished, const outcome& what, loop_clock::time_point now) {
  auto own = std::move(finished);
  tickets_.erase(number);
  if (own.refresh)
    --refreshing_[own.account];
  if (own.askers.empty()) { // a shutdown
    ++down_;
    auto* end = std::get_if<shutdown_outcome>(&what);
    lost_ = lost_ || (end && end->lost);
    return;
  }
  tally_.asked.add(now - own.since, own.askers.size());
  for (auto& one : own.askers)
    if (auto* out = audience_.output_of(one.client)) {
      answer(own, one, what, *out);
      audience_.wrote(one.client, 1);
    }
  settle_change(own, what);
}

void switchboard::settle_change(const ticket& own, const outcome& what) {
  auto kind = own.askers.front().kind;
  auto is_login = kind == answer_kind::login || kind == answer_kind::external_login || kind == answer_kind::own_login;
  auto is_logout = kind == answer_kind::logout || kind == answer_kind::own_logout;
  if (!is_login && !is_logout && kind != answer_kind::reload)
    return;
  --changing_[own.account];
  audience_.change_ended(own.askers.front().client);
  auto done = !std::holds_alternative<named_failure>(what);
  if (own.account == 0 && done && (is_login || is_logout) && accounts_[0]->view()) {
    if (is_login)
      audience_.notify_all("account/login/completed", login_completed);
    told_[0] = render_account_updated(*accounts_[0]->view());
    audience_.notify_all("account/updated", told_[0]);
  }
  tell_of_change(own.account);
}

void switchboard::answer(const ticket& own, const asker& who, const outcome& what, wiped_string& out) {
  auto& known = *accounts_[own.account];
  auto* failed = std::get_if<named_failure>(&what);
  auto fail = [&](const rpc_error& why) {
    ++tally_.errors[why.code];
    append_error(out, who.id, why);
  };
  auto result = [&](const json_document& value) { append_result(out, who.id, in_one_line(value)); };
  switch (who.kind) {
  // These are never an error, and never behind what anybody was told: they are made from the view.
  case answer_kind::auth_status:
  case answer_kind::auth_status_with_token:
    return append_result(out, who.id, known.auth_status_text(who.kind == answer_kind::auth_status_with_token));
  case answer_kind::account_read:
    return append_result(out, who.id, known.account_text());
  case answer_kind::login:
  case answer_kind::external_login:
    if (failed)
      return fail({internal_error, "login failed: " + failed->why.message, {}});
    return append_result(out, who.id,
                         render_login(who.kind == answer_kind::login ? auth_method::api_key : auth_method::external));
  case answer_kind::logout:
    if (failed)
      return fail({internal_error, "logout failed: " + failed->why.message, {}});
    return append_result(out, who.id, "{}");
  default:
    break;
  }
  if (failed) {
    auto why = *failed;
    if (why.why.code == ec::refresh_refused && known.view())
      why.reason = known.view()->failure.reason;
    return fail(failure_to_error(why));
  }
  switch (who.kind) {
  case answer_kind::token: {
    auto& token = std::get<bearer>(what);
    auto behind =
        known.view() && !known.view()->token.empty() && token->generation.number < known.view()->generation.number;
    return result(bearer_to_json(behind ? *bearer_of(*known.view()) : *token));
  }
  case answer_kind::reload:
    return result(reload_to_json(std::get<reload_outcome>(what)));
  case answer_kind::own_logout:
    return result(logout_to_json(std::get<logout_outcome>(what)));
  case answer_kind::explain:
    return result(history_to_json({known.where(), std::get<history>(what)}));
  case answer_kind::watch:
    watchers_[own.account].insert(who.client);
    [[fallthrough]];
  default:
    return result(status_to_json(known.name(), known.view() ? *known.view() : status_fields{}));
  }
}

// -- external tokens -------------------------------------------------------------------------------------------------

void switchboard::on(size_t account, token_wanted& wanted, loop_clock::time_point) {
  // One at a time: an older wish has run into its time-out.
  std::erase_if(wishes_, [&](auto& one) { return one.second.account == account; });
  auto client = providers_[account];
  auto* out = client == 0 ? nullptr : audience_.output_of(client);
  if (!out) {
    accounts_[account]->provide(
        wanted.number, {ec::provider_failed, "the client that gave the external token is gone; log in again"}, {});
    return;
  }
  wishes_[++last_wish_] = {account, wanted.number, client};
  append_request(*out, last_wish_, "account/chatgptAuthTokens/refresh", render_token_request(wanted.account));
  audience_.wrote(client, 0);
}

void switchboard::client_answered(uint64_t client, uint64_t id, const json_document& result) {
  auto found = wishes_.find(id);
  if (found == wishes_.end() || found->second.client != client)
    return;
  auto wanted = found->second;
  wishes_.erase(found);
  credential given;
  given.method = auth_method::external;
  given.access_token = secret_field(result, "accessToken").value_or(secret{});
  given.account.id = text_field(result, "chatgptAccountId").value_or("");
  given.account.plan = text_field(result, "chatgptPlanType").value_or("");
  failure error;
  if (given.access_token.empty() || given.account.id.empty())
    error = {ec::provider_failed, "the client answered account/chatgptAuthTokens/refresh without a token"};
  accounts_[wanted.account]->provide(wanted.number, std::move(error), std::move(given));
}

} // namespace breakwater::broker
