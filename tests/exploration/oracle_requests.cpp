#include "breakwater/core/ledger.hpp"
#include "breakwater/tests/exploration/oracle.hpp"

#include <algorithm>

namespace breakwater::exploration {

namespace {

std::string name(token_id token) { return "r" + std::to_string(token); }

} // namespace

bool oracle::in_doubt_rule_allows(const process& p, const refresh_facts& facts, token_id token,
                                  std::string& why_not) const {
  if (w_.now < facts.noted + settle_time || w_.now < facts.last_sent + settle_time * 3 / 4) {
    why_not = "before the settling time was over";
    return false;
  }
  if (w_.rule.grace > 0 && !facts.grace_used && w_.now <= facts.first_sent + w_.rule.grace)
    return true;
  auto& stored = w_.store->content.credential;
  auto held = p.loaded_access != no_token ? p.loaded_access : token_of(stored.access_token);
  auto over = held != no_token && w_.authority->access[held].ends <= w_.now;
  auto rejected_twice = held != no_token && p.rejected_access == held && p.rejections >= 2;
  if (!over && !rejected_twice) {
    why_not = "while its access token lives and was not rejected twice";
    return false;
  }
  auto entry = find_entry(w_.store->content.ledger, refresh_hash(token));
  if (!entry || entry->doubt_tries < facts.doubt_sends + 1u) {
    why_not = "without counting the try in the ledger";
    return false;
  }
  return true;
}

void oracle::requested(uint8_t who, token_id token, uint64_t flight) {
  auto& p = *w_.processes[who];
  auto& other = *w_.processes[1 - who];
  auto& facts = w_.authority.edit().refresh[token];
  auto& content = w_.store->content;
  if (p.call)
    complain("G1", "a second request while one is under way");
  if (other.call && other.call->token == token && !other.lease_taken)
    complain("G1", "a request for " + name(token) + " while the other process has one under way");
  // Only who lost its lease while its intent stood can be overtaken: by the in-doubt rule.
  auto overtakes = facts.left_open;
  if (overtakes)
    w_.causes |= request_overtaken;
  if (w_.store->lease != who)
    complain("G1", "a request without the lease");
  if (facts.refused_durable)
    complain("G3", name(token) + " is sent although the store says that it was refused");
  if (facts.spent_durable)
    complain("G2", name(token) + " is sent although the store says that it is spent");
  if (!content.intent || content.intent->refresh_token != refresh_hash(token) || content.intent->flight != flight)
    complain("G2", name(token) + " is sent without its own intent in the store");
  if (w_.now < facts.pause_until)
    complain("G2", name(token) + " is sent before the pause is over that its last answer asked for");
  if (p.misconfigured_token == token && w_.now < p.misconfigured_until)
    complain("G2", name(token) + " is sent again before the misconfigured pause is over");
  if (facts.confirmations > settings_of(w_.rule).confirmations_max)
    complain("G2", name(token) + " is sent after all confirmations of its refusal");
  if (auto stored = token_of(content.credential.refresh_token); p.issue && p.issue->sent == token &&
                                                                p.issue->refresh != token && stored == token &&
                                                                !p.issue->replaced && !p.issue->superseded)
    complain("G2", name(token) + " is sent although its successor is in memory");
  std::string why_not;
  if (facts.doubt || facts.issued || facts.refused || overtakes) {
    if (!in_doubt_rule_allows(p, facts, token, why_not))
      complain("G2", "the in-doubt " + name(token) + " is sent " + why_not);
    if (facts.doubt_sends < UINT8_MAX)
      ++facts.doubt_sends;
    if (w_.rule.grace > 0 && w_.now <= facts.first_sent + w_.rule.grace)
      facts.grace_used = true;
    facts.doubt = true;
  }
  if (!facts.sent)
    facts.first_sent = w_.now;
  facts.sent = true;
  facts.last_sent = w_.now;
  facts.noted = content.intent ? to_model(content.intent->written) : w_.now;
}

void oracle::left_late(uint8_t who) {
  auto& call = *w_.processes[who]->call;
  auto& other = *w_.processes[1 - who];
  auto& facts = w_.authority.edit().refresh[call.token];
  if (call.way == way::passed) { // nothing could hold it back, and the intent says too early a time
    w_.causes |= sent_too_late;
    return;
  }
  if (w_.now > facts.noted + settle_time / 4)
    complain("G2", name(call.token) + " leaves so long after its intent that the settling time does not cover it");
  if (other.call && other.call->token == call.token)
    complain("G1", name(call.token) + " leaves while the other process has a request for it under way");
  facts.last_sent = w_.now;
}

void oracle::revoked(uint8_t who, token_id token, bool by_logout) {
  if (auto& issue = w_.processes[who]->issue; issue && issue->refresh == token)
    edit(who).issue->revoked = true;
  if (by_logout)
    return;
  auto& p = *w_.processes[who];
  auto& facts = w_.authority->refresh[token];
  if (token_of(w_.store->content.credential.refresh_token) == token && !(w_.causes & (write_failed | foreign_restore)))
    complain("G6", name(token) + " is in the store and is revoked without a logout");
  // A replacement of the same account may share the grant. What replaced it is what the process now holds or just read.
  auto held_same = p.held_account == facts.account;
  auto& content = w_.store->content.credential;
  auto stored_same = content.method == auth_method::oauth && content.account.id == std::string(1, facts.account);
  if (held_same && stored_same)
    complain("G6", name(token) + " is revoked although its grant may live on in the credential that replaced it");
}

void oracle::told_issued(uint8_t who, const request_in_air& call, token_pair given) {
  auto& p = edit(who);
  auto& facts = w_.authority.edit().refresh[call.token];
  facts.pause_until = 0;
  if (given.refresh != call.token)
    facts.issued = true;
  else // it lives on with a clean record
    facts.left_open = false, facts.doubt_sends = 0;
  facts.doubt = false;
  // Memory may hold something else by now, after a reload as well as after a login: then the answer is fenced.
  auto held = p.held_access == no_token ? no_token : w_.authority->access[p.held_access].refresh;
  p.issue = issue_pending{call.token, given.refresh, given.access, false, call.superseded || held != call.token};
}

void oracle::told_refused(uint8_t who, token_id token) {
  auto& facts = w_.authority.edit().refresh[token];
  facts.refused = true;
  facts.doubt = false;
  facts.pause_until = 0;
  auto& p = edit(who);
  auto held = p.held_access;
  if (held != no_token && w_.authority->access[held].refresh == token)
    p.refused_generation = p.held_generation;
}

void oracle::told_pause(uint8_t who, token_id token, model_time pause, bool misconfigured) {
  auto& sends = w_.authority.edit().refresh[token].doubt_sends;
  sends -= sends > 0; // an answer that says "not spent" is no try that ended in doubt
  if (misconfigured) {
    auto& p = edit(who);
    p.misconfigured_token = token;
    p.misconfigured_until = w_.now + pause;
  } else {
    w_.authority.edit().refresh[token].pause_until = w_.now + pause;
    if (w_.processes[who]->lease_taken)
      pause_untold(token);
  }
}

void oracle::told_bare_400(uint8_t who, token_id token) {
  auto& facts = w_.authority.edit().refresh[token];
  ++facts.confirmations;
  if (facts.confirmations > settings_of(w_.rule).confirmations_max)
    told_refused(who, token);
  else
    facts.pause_until = w_.now + retry_after_time;
}

void oracle::nobody_told(token_id token, bool pause_known) {
  auto& facts = w_.authority.edit().refresh[token];
  auto known = w_.causes & request_overtaken && (facts.issued || facts.refused); // who overtook it knows
  facts.doubt = facts.doubt || !known;
  if (pause_known && facts.doubt_sends >= settings_of(w_.rule).doubt_tries_max)
    facts.pause_until = w_.now + std::chrono::milliseconds{settings_of(w_.rule).probe_pause}.count();
}

/// A pause that never reached the ledger is known to nobody else: there the intent stands, and the in-doubt rule holds.
void oracle::pause_untold(token_id token) {
  auto entry = find_entry(w_.store->content.ledger, refresh_hash(token));
  auto& pause = w_.authority->refresh[token].pause_until;
  if (pause != 0 && (!entry || entry->next_try < to_wall(pause)))
    w_.authority.edit().refresh[token].pause_until = 0;
}

void oracle::left_alone(bool alive) {
  auto& note = w_.store->content.intent;
  if (!note)
    return;
  auto token = refresh_of(note->refresh_token);
  pause_untold(token);
  if (alive)
    w_.authority.edit().refresh[token].left_open = true;
}

void oracle::family_died(const char* how) {
  auto excuse = foreign_write | lost_answer | crash_happened | write_failed | request_overtaken | sent_too_late;
  if (!(w_.causes & excuse))
    complain("G2", std::string{"the authority revoked the family: "} + how +
                       ", and no foreign program, lost answer, failed write or crash made that unavoidable");
}

} // namespace breakwater::exploration
