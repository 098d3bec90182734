#include "breakwater/tests/exploration/stage.hpp"

#include <algorithm>
#include <utility>

namespace breakwater::exploration {

namespace {

failure failed(ec code) { return {code, "the modelled store failed"}; }

} // namespace

/// One operation, atomic as credential_store.hpp says, and its answer. That no event of the same process comes between
/// the two loses nothing: what would come between can as well come before or after.
void stage::store_step(uint8_t who, store_mood mood) {
  auto& queue = edit(who).queue;
  auto operation = std::move(queue.front());
  queue.erase(queue.begin());
  tell("(" + exploration::describe(operation) + ")");
  effect_list next;
  if (auto op = std::get_if<effects::store_load>(&operation)) {
    next = load(who, op->op, mood);
  } else if (auto acquiring = std::get_if<effects::store_acquire>(&operation)) {
    auto lease = w_.store->lease;
    auto outcome = mood == store_mood::fails    ? failed(ec::store_unreadable)
                   : lease >= 0 && lease != who ? failed(ec::store_busy)
                                                : failure{};
    if (mood == store_mood::fails)
      w_.causes |= load_failed;
    if (outcome.code == ec::none) {
      w_.store.edit().lease = who;
      edit(who).lease_taken = false;
    }
    next = machine(who).on_acquired(acquiring->op, outcome, now(who));
  } else if (auto note = std::get_if<effects::store_write_intent>(&operation)) {
    next = machine(who).on_intent_written(note->op, write_note(who, note->ledger, &note->intent, mood), now(who));
  } else if (auto record = std::get_if<effects::store_write_ledger>(&operation)) {
    next = machine(who).on_ledger_written(record->op, write_note(who, record->ledger, nullptr, mood), now(who));
  } else if (auto clearing = std::get_if<effects::store_clear_intent>(&operation)) {
    next = machine(who).on_intent_cleared(clearing->op, clear(who, clearing->flight, mood), now(who));
  } else if (auto committing = std::get_if<effects::store_commit>(&operation)) {
    next = commit(who, *committing, mood);
  } else if (auto putting = std::get_if<effects::store_put>(&operation)) {
    next = put(who, *putting, mood);
  } else if (auto taking = std::get_if<effects::store_take>(&operation)) {
    next = take(who, *taking, mood);
  } else {
    if (w_.store->lease == who)
      w_.store.edit().lease = -1;
    edit(who).lease_taken = false;
  }
  perform(who, std::move(next));
}

effect_list stage::load(uint8_t who, uint64_t op, store_mood mood) {
  load_result read;
  if (mood == store_mood::fails || w_.store->torn) {
    w_.causes |= load_failed;
    read.error = failed(ec::store_unreadable);
  } else {
    read.found = w_.store->content;
    if (auto found = token_of(read.found.credential.access_token); found != no_token)
      edit(who).loaded_access = found;
    edit(who).loaded_exhausted |=
        std::any_of(read.found.ledger.begin(), read.found.ledger.end(),
                    [&](const ledger_entry& e) { return e.doubt_tries >= settings_of(w_.rule).doubt_tries_max; });
  }
  edit(who).started = true;
  return machine(who).on_loaded(op, std::move(read), now(who));
}

store_outcome stage::write_note(uint8_t who, const ledger& next, const intent* note, store_mood mood) {
  auto slow = note && w_.now - to_model(note->written) > settle_time / 4;
  if (mood != store_mood::works || slow)
    w_.causes |= write_failed;
  if (mood == store_mood::fails)
    return failed(ec::store_unwritable);
  if (w_.store->lease != who) {
    oracle_.writes_without_lease(who, next);
    return failed(ec::store_busy);
  }
  oracle_.writes_ledger(who, next, note);
  auto& content = w_.store.edit().content;
  content.ledger = next;
  if (note)
    content.intent = *note;
  return mood == store_mood::works ? failure{} : failed(ec::store_unwritable);
}

store_outcome stage::clear(uint8_t who, uint64_t flight, store_mood mood) {
  if (mood == store_mood::fails) {
    w_.causes |= write_failed;
    return failed(ec::store_unwritable);
  }
  auto& note = w_.store->content.intent;
  if (note && note->flight == flight) {
    oracle_.clears_intent(who);
    w_.store.edit().content.intent.reset();
  }
  return {};
}

/// Replaces what is stored, and lets the watches know.
void stage::replace_credential(credential next) {
  auto& store = w_.store.edit();
  auto& a = w_.authority.edit();
  store.previous = std::exchange(store.content.credential, std::move(next));
  store.torn = false;
  auto& now_stored = store.content.credential;
  if (auto token = token_of(now_stored.access_token); token != no_token)
    a.access[token].stored = true;
  if (auto token = token_of(now_stored.refresh_token); token != no_token)
    a.refresh[token].stored = true;
  for (auto& each : w_.processes)
    if (each->machine)
      each.edit().store_news = true;
}

effect_list stage::commit(uint8_t who, const effects::store_commit& op, store_mood mood) {
  commit_result result;
  auto held = hash_of(w_.store->content.credential.refresh_token);
  if (mood != store_mood::works)
    w_.causes |= write_failed;
  if (w_.store->torn)
    w_.causes |= load_failed;
  if (mood == store_mood::fails || w_.store->torn) {
    result = {commit_outcome::failed, failed(ec::store_unwritable)};
  } else if (held == op.sent) {
    oracle_.writes_credential(who, op.next, &op.sent);
    replace_credential(op.next);
    if (mood == store_mood::half_fails)
      result = {commit_outcome::failed, failed(ec::store_unwritable)};
  } else if (held != hash_of(op.next.refresh_token)) {
    result = {commit_outcome::conflict, failed(ec::store_conflict)};
  }
  return machine(who).on_committed(op.op, std::move(result), now(who));
}

effect_list stage::put(uint8_t who, const effects::store_put& op, store_mood mood) {
  put_result result;
  if (mood != store_mood::works) {
    w_.causes |= write_failed;
    result.error = failed(ec::store_unwritable);
  }
  if (mood != store_mood::fails) {
    oracle_.writes_credential(who, op.next, nullptr);
    replace_credential(op.next);
  }
  if (mood == store_mood::works) {
    oracle_.superseded(who);
    result.found = w_.store->content;
    edit(who).loaded_access = token_of(op.next.access_token);
  }
  return machine(who).on_put(op.op, std::move(result), now(who));
}

effect_list stage::take(uint8_t who, const effects::store_take& op, store_mood mood) {
  take_result result;
  if (mood == store_mood::fails || w_.store->torn) {
    w_.causes |= mood == store_mood::fails ? write_failed : load_failed;
    result.error = failed(ec::store_unwritable);
  } else {
    result.erased = w_.store->content.credential;
    replace_credential({});
    oracle_.superseded(who);
  }
  return machine(who).on_taken(op.op, std::move(result), now(who));
}

void stage::foreign(event e) {
  w_.causes |= foreign_write;
  auto& a = w_.authority.edit();
  switch (e.kind) {
  case event_kind::foreign_refresh: {
    auto sent = token_of(w_.store->content.credential.refresh_token);
    a.refresh[sent].used_by_foreigner = true;
    auto account = a.refresh[sent].account;
    if (auto made = exchange(sent, "a program without the lease"))
      replace_credential(credential_of(*w_.authority, *made, account, w_.now));
    break;
  }
  case event_kind::foreign_login:
  case event_kind::foreign_other_login: {
    auto account = e.kind == event_kind::foreign_login ? 'X' : 'Y';
    if (account == 'Y')
      w_.causes |= account_replaced;
    replace_credential(credential_of(a, issue(a, account, no_token, w_.now), account, w_.now));
    break;
  }
  case event_kind::foreign_spend: {
    auto sent = token_of(w_.store->content.credential.refresh_token);
    a.refresh[sent].used_by_foreigner = true;
    auto made = exchange(sent, "a program without the lease");
    w_.authority.edit().foreign_held = made.value_or(token_pair{});
    break;
  }
  case event_kind::foreign_store_late: {
    auto held = std::exchange(a.foreign_held, {});
    auto account = a.refresh[held.refresh].account;
    if (w_.store->content.credential.account.id != std::string(1, account))
      w_.causes |= account_replaced;
    replace_credential(credential_of(a, held, account, w_.now));
    break;
  }
  case event_kind::foreign_restore:
    w_.causes |= foreign_restore;
    replace_credential(credential{w_.store->previous});
    break;
  case event_kind::foreign_restore_backup:
    w_.causes |= foreign_restore;
    if (w_.store->content.credential.account.id != w_.store->backup.account.id)
      w_.causes |= account_replaced;
    replace_credential(credential{w_.store->backup});
    break;
  case event_kind::foreign_touch:
    w_.store.edit().content.credential.refreshed_at = to_wall(w_.now);
    break;
  case event_kind::foreign_delete:
    replace_credential({});
    break;
  default:
    w_.store.edit().torn = true;
  }
  for (auto& each : w_.processes)
    if (each->machine)
      each.edit().store_news = true;
  if (story_) {
    auto& now_stored = w_.store->content.credential;
    tell(w_.store->torn ? "the file is unreadable"
         : now_stored.method == auth_method::none
             ? "the store is empty"
             : "the store holds r" + std::to_string(token_of(now_stored.refresh_token)) + " of " +
                   now_stored.account.id);
  }
}

} // namespace breakwater::exploration
