#include "breakwater/tests/exploration/oracle.hpp"

#include <algorithm>

namespace breakwater::exploration {

namespace {

/// What must have happened before a caller may be told this; 0: nothing, always possible.
uint32_t causes_of(ec code) {
  switch (code) {
  case ec::refresh_refused:
    return refused_answer | bare_400_answer | other_account_answer | lost_answer | foreign_restore | crash_happened |
           write_failed | credential_replaced | foreign_write;
  case ec::unavailable:
    return unavailable_answer | bare_400_answer | unsent_request | foreign_write | credential_replaced |
           crash_happened | lease_lost;
  case ec::misconfigured:
    return misconfigured_answer;
  case ec::in_doubt:
    return lost_answer | crash_happened | write_failed | load_failed | shutdown_asked | lease_lost;
  case ec::store_unreadable:
    return load_failed;
  case ec::store_unwritable:
    return write_failed | load_failed;
  case ec::account_changed:
    return account_replaced | logged_out_once | foreign_write;
  case ec::store_conflict:
    return foreign_restore | foreign_write | credential_replaced | refused_answer | bare_400_answer | lost_answer;
  case ec::logged_out:
    return logged_out_once | foreign_write | load_failed;
  case ec::shutting_down:
    return shutdown_asked;
  case ec::store_busy:
  case ec::timed_out:
    return UINT32_MAX;
  default:
    return 0; // overloaded, token_rejected, ...: nothing in this world leads there
  }
}

} // namespace

void oracle::shown(uint8_t who, const secret& token, const account_info& account, bool unsaved_is_told) {
  if (token.empty())
    return;
  auto id = token_of(token);
  auto& facts = w_.authority->access[id];
  if (account.id != std::string(1, facts.account))
    complain("G7", "a token of account " + std::string(1, facts.account) + " is handed out as account " + account.id);
  auto& issue = w_.processes[who]->issue;
  if (facts.stored || (issue && issue->access == id && issue->replaced))
    return;
  if (!unsaved_is_told)
    complain("G5", "a" + std::to_string(id) + " is handed out before it is stored, and unsaved is not shown");
  if (w_.store->lease != who && !w_.processes[who]->lease_taken)
    complain("G5", "a" + std::to_string(id) + " is unsaved and the lease is not held");
}

void oracle::check_error(const open_waiter& asked, ec code) {
  if (code == ec::timed_out && asked.deadline > w_.now)
    complain("G4", "a caller is told that its time is over before it is");
  if (code == ec::store_busy && !(w_.causes & (write_failed | lease_lost)) && w_.now < 30'000)
    complain("G4", "a caller is told that the store is busy before the lease was waited for");
  if (code == ec::unavailable && w_.now >= 2 * token_life)
    return; // a slow store can make an issued token end before it may be used
  auto needed = causes_of(code);
  if (needed != UINT32_MAX && !(w_.causes & needed))
    complain("liveness", "a caller is told " + to_string(code) + ", and nothing happened that leads to it");
}

void oracle::answered(uint8_t who, const effects::answer& given) {
  for (auto id : given.who) {
    auto& p = edit(who);
    auto at = std::find_if(p.open.begin(), p.open.end(), [&](const open_waiter& each) { return each.id == id; });
    if (at == p.open.end()) {
      complain("G4", "caller " + std::to_string(id) + " is answered, and has no open question");
      return;
    }
    auto asked = *at;
    p.open.erase(at);
    auto unsaved = p.machine->current()->health == auth_health::unsaved;
    if (auto status = std::get_if<auth_status>(&given.what)) {
      shown(who, (*status)->token, (*status)->account, (*status)->health == auth_health::unsaved);
      if (asked.what == question::token || asked.what == question::reload || asked.what == question::logout)
        complain("G4", "a caller gets an answer of another kind");
      if (asked.what == question::login && unsaved)
        complain("G5", "a login is answered before it is stored");
    } else if (auto token = std::get_if<bearer>(&given.what)) {
      if (asked.what != question::token)
        complain("G4", "a caller gets an answer of another kind");
      if (!*token || (*token)->token.empty()) {
        complain("G4", "a caller that asked for a token is given none");
        return;
      }
      shown(who, (*token)->token, (*token)->account, unsaved);
      if (asked.rejected != 0 && (*token)->generation.number == asked.rejected)
        complain("G4", "a caller is handed the very generation that it reported as rejected");
      if (w_.authority->access[token_of((*token)->token)].ends <= w_.now)
        complain("G4", "a caller is handed a token that is over");
    } else if (auto refused = std::get_if<refused_request>(&given.what)) {
      check_error(asked, refused->error.code);
    } else if (auto ended = std::get_if<shutdown_outcome>(&given.what)) {
      auto losing = p.issue && !p.issue->replaced && !p.issue->superseded;
      if (losing && !ended->lost)
        complain("G5", "an issued token is lost at shutdown in silence");
      auto committing = std::any_of(p.queue.begin(), p.queue.end(), [](const effect& each) {
        return std::holds_alternative<effects::store_commit>(each);
      });
      if (ended->lost && !p.issue && !unsaved && !committing)
        complain("G5", "shutdown says that a token is lost, and none is");
    }
    if (asked.what == question::reload || asked.what == question::login || asked.what == question::logout)
      switch_was_answered_ = true;
  }
}

void oracle::published(uint8_t who, const status_fields& fields) {
  shown(who, fields.token, fields.account, fields.health == auth_health::unsaved);
}

} // namespace breakwater::exploration
