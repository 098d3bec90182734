#include "breakwater/tests/exploration/stage.hpp"

#include <algorithm>

namespace breakwater::exploration {

std::optional<token_pair> stage::exchange(token_id token, const char* sender) {
  auto& a = w_.authority.edit();
  auto& facts = a.refresh[token];
  if (!a.family_alive[facts.family])
    return std::nullopt;
  if (facts.spent) {
    if (w_.rule.grace > 0 && facts.successor != no_token && w_.now <= facts.spent_at + w_.rule.grace)
      for (token_id access = 0; access < a.access_count; ++access)
        if (a.access[access].refresh == facts.successor)
          return token_pair{facts.successor, access};
    a.family_alive[facts.family] = false;
    tell("the authority sees r" + std::to_string(token) + " used twice and revokes the family");
    oracle_.family_died(sender);
    return std::nullopt;
  }
  if (!can_issue(a))
    return std::nullopt;
  auto made = issue(a, facts.account, token, w_.now, w_.rule.rotates);
  if (w_.rule.rotates) {
    facts.spent = true;
    facts.spent_at = w_.now;
    facts.successor = made.refresh;
  }
  return made;
}

namespace {

token_answer issued_answer(const authority_model& a, token_pair tokens, model_time now, bool with_refresh_token) {
  token_answer made;
  made.how = delivery::answered;
  made.status = 200;
  made.body = body_kind::json;
  made.access_token = access_secret(tokens.access, a.access[tokens.access].jwt);
  if (with_refresh_token)
    made.refresh_token = refresh_secret(tokens.refresh);
  made.expires_in = std::chrono::seconds{(a.access[tokens.access].ends - now) / 1000};
  return made;
}

token_answer error_answer(int status, const char* code, int retry_after = -1) {
  token_answer made;
  made.how = delivery::answered;
  made.status = status;
  made.body = *code ? body_kind::json : body_kind::empty;
  made.error_code = code;
  made.retry_after = std::chrono::seconds{retry_after};
  return made;
}

token_answer no_answer(delivery how) {
  token_answer made;
  made.how = how;
  return made;
}

} // namespace

void stage::answer(event e) {
  auto call = *w_.processes[e.who]->call;
  edit(e.who).call.reset();
  token_answer said;
  switch (e.kind) {
  case event_kind::answer:
    if (auto given = outcome_of(call)) {
      oracle_.told_issued(e.who, call, *given);
      // (Within the time-out the machine may count from the receipt.)
      auto late = w_.now > call.asked + transport_timeout;
      auto written = late && call.arrived ? call.arrived_at : w_.now;
      w_.authority.edit().access[given->access].counted_short = late;
      said = issued_answer(*w_.authority, *given, written, w_.rule.answers_refresh_token);
    } else {
      w_.causes |= refused_answer;
      oracle_.told_refused(e.who, call.token);
      said = error_answer(400, "invalid_grant");
    }
    break;
  case event_kind::answer_refused:
    w_.causes |= refused_answer;
    w_.authority.edit().family_alive[w_.authority->refresh[call.token].family] = false;
    oracle_.told_refused(e.who, call.token);
    said = error_answer(400, "invalid_grant");
    break;
  case event_kind::answer_other_account: {
    w_.causes |= other_account_answer | refused_answer;
    auto& a = w_.authority.edit();
    a.refresh[call.token].spent = true;
    a.refresh[call.token].spent_at = w_.now;
    auto given = issue(a, 'Y', call.token, w_.now);
    a.access[given.access].jwt = true;
    oracle_.told_refused(e.who, call.token);
    said = issued_answer(a, given, w_.now, true);
    break;
  }
  case event_kind::answer_lost:
    w_.causes |= lost_answer;
    lose(call);
    oracle_.nobody_told(call.token, true);
    said = no_answer(delivery::lost);
    break;
  case event_kind::answer_unsent:
    w_.causes |= unsent_request;
    oracle_.told_pause(e.who, call.token, 4000, false);
    said = no_answer(delivery::unsent);
    break;
  case event_kind::answer_unavailable:
    w_.causes |= unavailable_answer;
    oracle_.told_pause(e.who, call.token, retry_after_time, false);
    said = error_answer(503, "temporarily_unavailable", retry_after_time / 1000);
    break;
  case event_kind::answer_misconfigured:
    w_.causes |= misconfigured_answer;
    oracle_.told_pause(e.who, call.token, 40'000, true);
    said = error_answer(401, "invalid_client");
    break;
  default:
    w_.causes |= bare_400_answer;
    oracle_.told_bare_400(e.who, call.token);
    said = error_answer(400, "", retry_after_time / 1000);
  }
  perform(e.who, machine(e.who).on_answer(call.flight, said, now(e.who)));
}

/// What a strict authority makes of the request: now, or since it arrived while the process was stopped.
std::optional<token_pair> stage::outcome_of(const request_in_air& call) {
  if (!call.arrived)
    return exchange(call.token, "a second use");
  return call.given.access == no_token ? std::nullopt : std::optional{call.given};
}

void stage::request_arrives(uint8_t who) {
  auto token = w_.processes[who]->call->token;
  auto given = exchange(token, "the request of a stopped process");
  auto& call = *edit(who).call;
  call.arrived = true;
  call.arrived_at = w_.now;
  call.given = given.value_or(token_pair{});
}

void stage::lose(const request_in_air& call) {
  w_.causes |= lost_answer; // whoever died or gave up: nobody hears the answer
  oracle_.nobody_told(call.token, false);
  auto dies = call.sent + settle_time;
  if (call.way == way::left && !call.arrived && dies > w_.now)
    w_.authority.edit().ghosts.push_back({call.token, dies});
}

void stage::ghost_arrives(uint8_t index) {
  auto& ghosts = w_.authority.edit().ghosts;
  auto token = ghosts[index].token;
  ghosts.erase(ghosts.begin() + index);
  tell("it carries r" + std::to_string(token));
  exchange(token, "a late arrival");
}

void stage::revoke(uint8_t who, const effects::revoke_token& what, bool by_logout) {
  auto token = token_of(what.token);
  if (what.kind == token_kind::access_token)
    token = w_.authority->access[token].refresh;
  oracle_.revoked(who, token, by_logout);
  w_.authority.edit().family_alive[w_.authority->refresh[token].family] = false;
}

} // namespace breakwater::exploration
