#include "breakwater/core/ledger.hpp"
#include "breakwater/tests/exploration/oracle.hpp"

namespace breakwater::exploration {

namespace {

std::string name(token_id token) { return "r" + std::to_string(token); }

bool is_ancestor(const authority_model& a, token_id older, token_id newer) {
  for (auto at = newer; at != no_token; at = a.refresh[at].parent)
    if (at == older)
      return true;
  return false;
}

} // namespace

/// `sent`: the write is a commit, and names the token that it replaces; without: a login.
void oracle::writes_credential(uint8_t who, const credential& next, const token_hash* sent) {
  auto& a = *w_.authority;
  auto refresh = token_of(next.refresh_token);
  auto access = token_of(next.access_token);
  if (refresh == no_token || access == no_token) {
    complain("G5", "a credential without a token is stored");
    return;
  }
  if (next.account.id != std::string(1, a.refresh[refresh].account) ||
      next.account.id != std::string(1, a.access[access].account))
    complain("G7", "tokens of another account are stored as account " + next.account.id);
  if (!sent) {
    if (!a.refresh[refresh].from_login || a.refresh[refresh].stored)
      complain("G6", name(refresh) + " is stored over whatever is there, and is no new login");
    return;
  }
  auto replaced = refresh_of(*sent);
  if (replaced == no_token || !is_ancestor(a, replaced, refresh))
    complain("G6", name(refresh) + " is stored over a token that it was not issued for");
  // Within its grace an authority may hand out again what it issued before, and that may be spent by now.
  auto spent = a.refresh[refresh].spent_durable && replaced != refresh && w_.rule.grace == 0;
  // Who lost its lease knows an old ledger: its repair of a backup can meet the compare-and-write. What it writes is
  // never sent, and whoever holds the successor repairs it.
  if ((a.refresh[refresh].refused_durable || spent) && !w_.processes[who]->lease_taken)
    complain("G6", "the dead " + name(refresh) + " is written into the store");
}

/// The store refuses it: only who lost its lease without knowing may try.
void oracle::writes_without_lease(uint8_t who, const ledger& next) {
  if (!w_.processes[who]->lease_taken)
    complain("G1", "the ledger is written without the lease");
  for (auto& entry : next)
    pause_untold(refresh_of(entry.refresh_token));
}

void oracle::writes_ledger(uint8_t, const ledger& next, const intent* note) {
  auto& facts = w_.authority.edit().refresh;
  auto& content = w_.store->content;
  for (auto& old : content.ledger) {
    auto token = refresh_of(old.refresh_token);
    auto now = find_entry(next, old.refresh_token);
    if (old.fate == token_fate::refused && (!now || now->fate != token_fate::refused))
      complain("G3", "the ledger forgets that " + name(token) + " was refused");
    if (old.fate == token_fate::spent && (!now || now->fate == token_fate::sent || now->fate == token_fate::in_doubt))
      complain("G2", "the ledger forgets that " + name(token) + " is spent");
    if (old.fate == token_fate::in_doubt && facts[token].doubt && (!now || now->fate == token_fate::sent))
      if (!content.intent || content.intent->refresh_token != old.refresh_token)
        complain("G2", "the ledger forgets that " + name(token) + " is in doubt");
  }
  for (auto& entry : next) {
    auto token = refresh_of(entry.refresh_token);
    if (entry.fate == token_fate::spent && !facts[token].spent && !facts[token].refused)
      complain("G6", "the ledger calls " + name(token) + " spent, and it is not");
    if (entry.fate == token_fate::refused && !facts[token].refused)
      complain("G6", "the ledger calls " + name(token) + " refused, and it was not");
    facts[token].refused_durable |= entry.fate == token_fate::refused;
    facts[token].spent_durable |= entry.fate == token_fate::spent;
  }
  if (note && content.intent && content.intent->refresh_token != note->refresh_token) {
    auto token = refresh_of(content.intent->refresh_token);
    auto entry = find_entry(next, content.intent->refresh_token);
    if (facts[token].doubt && (!entry || entry->fate == token_fate::sent))
      complain("G2", "the intent of " + name(token) + " is overwritten and its doubt forgotten");
  }
}

void oracle::clears_intent(uint8_t) {
  auto& content = w_.store->content;
  auto token = refresh_of(content.intent->refresh_token);
  auto& facts = w_.authority.edit().refresh[token];
  facts.left_open = false;
  auto entry = find_entry(content.ledger, content.intent->refresh_token);
  if (facts.doubt)
    complain("G2", "the intent of " + name(token) + " is cleared while it is in doubt");
  // (One who overtook another process may have been issued what that one was refused.)
  auto spent_by_other = w_.causes & request_overtaken && entry && entry->fate == token_fate::spent;
  if (facts.refused && (!entry || entry->fate != token_fate::refused) && !spent_by_other)
    complain("G3", "the intent of " + name(token) + " is cleared before its refusal is durable");
  if (facts.issued && !facts.refused && (!entry || entry->fate != token_fate::spent))
    complain("G2", "the intent of " + name(token) + " is cleared before the ledger calls it spent");
  for (auto& p : w_.processes)
    if (p->issue && !p->lease_taken && p->issue->sent == token && !w_.authority->access[p->issue->access].stored &&
        !p->issue->replaced && !p->issue->superseded)
      complain("G5", "the intent of " + name(token) + " is cleared before what was issued for it is stored");
}

} // namespace breakwater::exploration
