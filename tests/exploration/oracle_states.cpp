#include "breakwater/core/ledger.hpp"
#include "breakwater/tests/exploration/oracle.hpp"

#include <algorithm>

namespace breakwater::exploration {

void oracle::before(uint8_t who) {
  switch_was_answered_ = false;
  was_started_ = w_.processes[who]->started;
  was_poisoned_ = was_started_ && w_.processes[who]->machine->current()->health == auth_health::poisoned;
}

/// G8: what is known is answered at once, in every health.
void oracle::reads_do_not_wait(uint8_t who) {
  auto& p = *w_.processes[who];
  auto now = to_instant(w_.now);
  auto status = p.machine->answer_at_once(get_status{.include_token = true}, now);
  if (!status || !*status || !p.machine->answer_at_once(get_status{}, now)) {
    complain("G8", "a status is not answered at once");
    return;
  }
  auto& fields = **status;
  auto poisoned = fields.health == auth_health::poisoned;
  if (poisoned && !fields.token.empty())
    complain("G3", "a poisoned token is shown");
  if (!poisoned && fields.method == auth_method::oauth && fields.token.empty())
    complain("G8", "the status withholds a token that is not poisoned");
  auto token = p.machine->answer_at_once(get_token{}, now);
  auto valid = !fields.token.empty() && w_.authority->access[token_of(fields.token)].ends > w_.now;
  if (valid && !token && !w_.authority->access[token_of(fields.token)].counted_short)
    complain("G8", "a valid token is not answered at once");
  if (token && (!valid || (*token)->token != fields.token))
    complain("G8", "the token answered at once is not the current one, or is over");
  if (token && p.machine->answer_at_once(get_token{.rejected = fields.generation}, now))
    complain("G4", "a caller would be handed the generation that it reported as rejected");
}

/// What the process holds now, as it shows itself; accounts switch only by login, logout, reload and the start.
void oracle::holding(uint8_t who, bool may_switch) {
  auto& p = edit(who);
  auto& shows = *p.machine->current();
  char account = shows.method == auth_method::none ? 0 : shows.account.id.empty() ? '?' : shows.account.id[0];
  if (account != p.held_account && p.held_account != 0 && !may_switch)
    complain("G7", "the process switches to another account by itself");
  p.held_account = account;
  auto next = shows.token.empty() ? no_token : token_of(shows.token);
  if (shows.generation.number != p.held_generation && p.held_access != no_token && next != no_token) {
    auto& a = *w_.authority;
    auto before = a.access[p.held_access].refresh, after = a.access[next].refresh;
    // (Within its grace an authority may hand out again what it issued before, and that may be dead by now.)
    auto dead = a.refresh[after].spent_durable || a.refresh[after].refused_durable;
    if (before != after && dead && w_.rule.grace == 0)
      complain("G6", "a refresh token that the ledger calls dead is adopted over another");
  }
  if (shows.generation.number != p.held_generation && p.held_access != no_token && next == p.held_access)
    complain("generation", "the generation grows, and nothing changed materially");
  if (shows.generation.number != p.held_generation || !shows.token.empty())
    p.held_access = shows.token.empty() ? no_token : token_of(shows.token);
  if (shows.generation.number != p.held_generation) {
    p.refused_generation = 0;
    p.misconfigured_until = 0;
  }
  p.held_generation = shows.generation.number;
  shown(who, shows.token, shows.account, shows.health == auth_health::unsaved);
}

void oracle::unsaved_is_safe(uint8_t who) {
  auto& p = *w_.processes[who];
  auto& shows = *p.machine->current();
  if (shows.health == auth_health::unsaved) {
    if (w_.store->lease != who && !p.lease_taken)
      complain("G5", "unsaved, and the lease is not held");
    if (p.queue.empty() && !p.call && !p.armed)
      complain("G5", "unsaved, and nothing will try the write again");
  }
  if (!p.issue)
    return;
  if (p.issue->superseded && !w_.authority->access[p.issue->access].stored && !shows.token.empty() &&
      token_of(shows.token) == p.issue->access)
    complain("G6", "tokens issued for a credential that a login or logout replaced become current");
}

/// Nothing of this process is under way.
void oracle::at_rest(uint8_t who) {
  auto& p = *w_.processes[who];
  auto& shows = *p.machine->current();
  auto unsaved = shows.health == auth_health::unsaved;
  if (w_.store->lease == who && !unsaved)
    complain("liveness", "nothing is under way, all is saved, and the lease is kept");
  if (!p.open.empty() && (!p.armed || *p.armed > w_.now + 15'000))
    complain("liveness", "a caller waits, and nothing is under way");
  if (p.issue && !w_.authority->access[p.issue->access].stored && !p.issue->replaced && !p.issue->superseded &&
      !(unsaved && token_of(shows.token) == p.issue->access))
    complain("G5", "an issued token is neither stored nor kept as unsaved");
  if (p.refused_generation != 0 && p.refused_generation == p.held_generation && shows.health != auth_health::poisoned)
    complain("G3", "the refresh token was refused, and the credential is not poisoned");
  if (shows.health == auth_health::poisoned && p.held_access != no_token) {
    auto& facts = w_.authority->refresh[w_.authority->access[p.held_access].refresh];
    auto entry = find_entry(w_.store->content.ledger, refresh_hash(w_.authority->access[p.held_access].refresh));
    auto exhausted = p.loaded_exhausted || (entry && entry->doubt_tries >= settings_of(w_.rule).doubt_tries_max);
    if (!facts.refused && !exhausted)
      complain("G6", "poisoned, and its refresh token was not refused");
  }
}

/// What was issued for a login that another login or a logout replaced belongs to nobody: it is revoked, unless it may
/// share its grant with what replaced it. Judged when the flight has noted that the sent token is spent.
void oracle::superseded_is_revoked(uint8_t who) {
  auto& p = *w_.processes[who];
  if (!p.issue || !p.issue->superseded)
    return;
  auto account = w_.authority->access[p.issue->access].account;
  auto& stored = w_.store->content.credential;
  auto stored_same = stored.method != auth_method::none && stored.account.id[0] == account;
  if (p.held_account == account || stored_same || !w_.rule.rotates || w_.causes & (foreign_write | load_failed))
    edit(who).issue->may_share_grant = true;
  if (!w_.authority->refresh[p.issue->sent].spent_durable)
    return;
  if (!p.issue->revoked && !p.issue->may_share_grant)
    complain("G6", "what was issued for a replaced login is not revoked");
  edit(who).issue.reset();
}

/// Poisoning needs a look at the store first: another program may have refreshed without our lease.
void oracle::looked_before_poisoning(uint8_t who, event happened) {
  auto& p = *w_.processes[who];
  if (was_poisoned_ || happened.kind != event_kind::store_step || p.held_access == no_token ||
      p.loaded_access == no_token || p.machine->current()->health != auth_health::poisoned)
    return;
  auto& a = *w_.authority;
  auto held = a.access[p.held_access].refresh, loaded = a.access[p.loaded_access].refresh;
  auto& facts = a.refresh[loaded];
  if (held != loaded && facts.account == a.refresh[held].account && !facts.spent_durable && !facts.refused_durable)
    complain("G6", "poisoned, although the store held a newer credential of the account");
}

/// The store wins over what was issued for a token that it does not hold any more.
void oracle::store_replaced() {
  auto stored = w_.store->content.credential.method == auth_method::none
                    ? no_token
                    : token_of(w_.store->content.credential.refresh_token);
  for (uint8_t who = 0; who < 2; ++who) {
    auto held = w_.processes[who]->held_access;
    if (w_.processes[who]->refused_generation != 0 &&
        (held == no_token || w_.authority->access[held].refresh != stored))
      edit(who).refused_generation = 0; // a refusal falls only on what the store holds too
    auto& issue = w_.processes[who]->issue;
    if (!issue)
      continue;
    if (w_.authority->access[issue->access].stored)
      edit(who).issue.reset();
    else if (stored != issue->sent && stored != issue->refresh && !issue->replaced)
      edit(who).issue->replaced = true;
  }
}

void oracle::superseded(uint8_t who) {
  auto& p = edit(who);
  if (p.call)
    p.call->superseded = true;
  if (p.issue && !p.issue->replaced)
    p.issue->superseded = true;
}

void oracle::ended(uint8_t who) {
  if (!w_.processes[who]->open.empty())
    complain("G4", "the shutdown is answered, and another caller is not");
}

void oracle::after(uint8_t who, event happened) {
  store_replaced();
  for (uint8_t each = 0; each < 2; ++each) {
    auto& p = *w_.processes[each];
    if (!p.machine)
      continue;
    if (each == who || happened.kind == event_kind::timer || happened.kind == event_kind::wait) {
      if (p.started) {
        reads_do_not_wait(each);
        if (each == who)
          holding(each, switch_was_answered_ || !was_started_);
      }
      unsaved_is_safe(each);
      if (each == who && p.started)
        looked_before_poisoning(each, happened);
      superseded_is_revoked(each);
      if (p.queue.empty() && !p.call && p.started)
        at_rest(each);
    }
    auto earliest = never;
    for (auto& waiting : p.open)
      earliest = std::min(earliest, waiting.deadline);
    if (earliest != never && (!p.armed || *p.armed > earliest))
      complain("G4", "a caller's deadline comes, and no timer is armed for it");
    if (happened.kind == event_kind::timer && each == who && earliest <= w_.now)
      complain("G4", "a caller waits beyond its wait_max");
  }
}

} // namespace breakwater::exploration
