#include "breakwater/tests/exploration/stage.hpp"

#include <algorithm>

namespace breakwater::exploration {

std::optional<violation> happen(world& w, event e, std::vector<std::string>* story) {
  return stage{w, story}.happen(e);
}

std::optional<violation> stage::happen(event e) {
  if (story_)
    story_->push_back(exploration::describe(e));
  pay(e);
  auto of_process = e.kind < event_kind::wait && e.kind != event_kind::ghost_arrives;
  uint8_t who = of_process ? e.who : 2;
  if (of_process)
    oracle_.before(who);
  dispatch(e);
  oracle_.after(who, e);
  return oracle_.found();
}

void stage::pay(event e) {
  auto paid = price_of(w_, e);
  if (!paid)
    return;
  --w_.total_left;
  --w_.left[static_cast<size_t>(*paid)];
}

void stage::dispatch(event e) {
  switch (e.kind) {
  case event_kind::store_step:
    return store_step(e.who, store_mood::works);
  case event_kind::store_fails:
    return store_step(e.who, store_mood::fails);
  case event_kind::store_half_fails:
    return store_step(e.who, store_mood::half_fails);
  case event_kind::timer:
    return fire_timer(e.who);
  case event_kind::ghost_arrives:
    return ghost_arrives(e.who);
  case event_kind::request_arrives:
    return request_arrives(e.who);
  case event_kind::stop:
  case event_kind::stop_unsent:
  case event_kind::stop_unchecked:
    return stop_for_now(e);
  case event_kind::resume:
    return resume(e.who);
  case event_kind::lease_lost:
    return lose_lease();
  case event_kind::wait:
    return pass_time(next_instant(w_));
  case event_kind::start:
    return start(e.who);
  case event_kind::crash:
    w_.causes |= crash_happened;
    return end(e.who);
  default:
    if (e.kind >= event_kind::foreign_refresh)
      return foreign(e);
    if (e.kind >= event_kind::login_same)
      return change(e);
    return e.kind >= event_kind::ask_token ? ask(e) : answer(e);
  }
}

/// The random number names the next flight: the smallest number that nothing refers to, so that worlds that differ only
/// in such names are one. Its low bits give the longest pause that jitter can.
moment stage::now(uint8_t who) const {
  auto& s = w_.processes[who]->machine->state();
  auto& note = w_.store->content.intent;
  uint64_t random = 0;
  for (uint64_t number = 0;; ++number) {
    random = (number * 2 + who) << 10 | 1023;
    auto taken = s.flight.id == random || s.flight.intent_of == random || (s.unsaved && s.unsaved->flight == random) ||
                 (note && note->flight == random);
    if (!taken)
      break;
  }
  return {to_instant(w_.now), to_wall(w_.now), random};
}

waiter_id stage::enroll(uint8_t who, question what, model_time patience, uint64_t rejected) {
  auto& p = edit(who);
  p.open.push_back({++p.last_waiter, what, patience == never ? never : w_.now + patience, rejected});
  return p.last_waiter;
}

void stage::ask(event e) {
  auto& m = machine(e.who);
  auto seen = m.current() ? m.current()->generation : generation{};
  auto patience = std::chrono::milliseconds{caller_patience};
  switch (e.kind) {
  case event_kind::ask_token:
    return perform(e.who,
                   m.on_get_token(enroll(e.who, question::token, caller_patience), {.wait_max = patience}, now(e.who)));
  case event_kind::ask_token_rejected: {
    auto& p = edit(e.who);
    auto token = token_of(m.current()->token);
    p.rejections = p.rejected_access == token ? static_cast<uint8_t>(std::min(p.rejections + 1, 2)) : 1;
    p.rejected_access = token;
    auto id = enroll(e.who, question::token, caller_patience, seen.number);
    return perform(e.who, m.on_get_token(id, {.rejected = seen, .wait_max = patience}, now(e.who)));
  }
  case event_kind::ask_refresh:
    return perform(e.who,
                   m.on_refresh(enroll(e.who, question::refresh, caller_patience), {.wait_max = patience}, now(e.who)));
  case event_kind::ask_refresh_seen:
    return perform(e.who,
                   m.on_refresh(enroll(e.who, question::refresh, caller_patience), {seen, patience}, now(e.who)));
  default: {
    auto id = enroll(e.who, question::status, short_patience);
    return perform(e.who, m.on_get_status(id, {true, true, std::chrono::milliseconds{short_patience}}, now(e.who)));
  }
  }
}

void stage::change(event e) {
  auto& m = machine(e.who);
  switch (e.kind) {
  case event_kind::login_same:
    return log_in(e.who, 'X');
  case event_kind::login_other:
    w_.causes |= account_replaced;
    return log_in(e.who, 'Y');
  case event_kind::logout:
  case event_kind::logout_unrevoked:
    w_.causes |= logged_out_once | credential_replaced;
    return perform(e.who,
                   m.on_logout(enroll(e.who, question::logout, never), {e.kind == event_kind::logout}, now(e.who)));
  case event_kind::reload:
    return perform(e.who, m.on_reload(enroll(e.who, question::reload, never), now(e.who)));
  case event_kind::configure:
    edit(e.who).misconfigured_until = 0;
    return perform(e.who, m.on_configured(settings_of(w_.rule), now(e.who)));
  case event_kind::notice:
    edit(e.who).store_news = false;
    return perform(e.who, m.on_store_changed(now(e.who)));
  default:
    w_.causes |= shutdown_asked;
    edit(e.who).shutting_down = true;
    return perform(e.who, m.on_shutdown(enroll(e.who, question::shutdown, never), {}, now(e.who)));
  }
}

void stage::log_in(uint8_t who, char account) {
  w_.causes |= credential_replaced;
  auto& a = w_.authority.edit();
  auto tokens = issue(a, account, no_token, w_.now);
  a.refresh[tokens.refresh].from_login = true;
  login ask{credential_of(a, tokens, account, w_.now)};
  perform(who, machine(who).on_login(enroll(who, question::login, never), ask, now(who)));
}

void stage::start(uint8_t who) {
  auto& p = edit(who);
  p = process{};
  p.machine.emplace(settings_of(w_.rule), who + 1);
  perform(who, machine(who).on_start(now(who)));
}

/// The process is gone: its memory, its callers and its lease. Its request may be on its way.
void stage::end(uint8_t who) {
  if (auto& call = w_.processes[who]->call)
    lose(*call);
  oracle_.left_alone(false);
  edit(who) = process{};
  if (w_.store->lease == who)
    w_.store.edit().lease = -1;
}

void stage::stop_for_now(event e) {
  auto& p = edit(e.who);
  p.stopped = true;
  if (e.kind != event_kind::stop)
    p.call->way = e.kind == event_kind::stop_unsent ? way::deciding : way::passed;
}

/// What was decided before the stop is done now, unless its time is over.
void stage::resume(uint8_t who) {
  auto& p = edit(who);
  p.stopped = false;
  if (!p.call || p.call->way == way::left)
    return;
  if (p.call->way == way::deciding && w_.now > p.call->not_after) {
    tell("too late: the transport sends nothing");
    return answer({event_kind::answer_unsent, who});
  }
  tell("the request leaves now");
  oracle_.left_late(who);
  p.call->way = way::left;
  p.call->sent = w_.now;
}

void stage::lose_lease() {
  w_.causes |= lease_lost;
  oracle_.left_alone(true);
  edit(static_cast<uint8_t>(w_.store->lease)).lease_taken = true;
  w_.store.edit().lease = -1;
}

void stage::fire_timer(uint8_t who) {
  pass_time(std::max(w_.now, *w_.processes[who]->armed));
  auto& p = edit(who);
  p.armed.reset();
  perform(who, p.machine->on_timer(now(who)));
}

void stage::pass_time(model_time until) {
  w_.now = until;
  tell("it is " + std::to_string(until / 1000) + "." + std::to_string(until % 1000 / 100) + " s");
  auto late = [&](const ghost& g) { return g.dies <= until; };
  if (std::any_of(w_.authority->ghosts.begin(), w_.authority->ghosts.end(), late))
    std::erase_if(w_.authority.edit().ghosts, late);
}

void stage::give(uint8_t who, const effects::answer& given) {
  oracle_.answered(who, given);
  if (!std::holds_alternative<shutdown_outcome>(given.what))
    return;
  edit(who).shutting_down = true;
}

void stage::perform(uint8_t who, effect_list list) {
  auto by_logout = std::any_of(list.begin(), list.end(), [](const effect& each) {
    auto given = std::get_if<effects::answer>(&each);
    return given && std::holds_alternative<logout_outcome>(given->what);
  });
  auto ended = false;
  for (auto& each : list) {
    if (story_)
      tell(exploration::describe(each));
    if (auto given = std::get_if<effects::answer>(&each)) {
      give(who, *given);
      if (auto outcome = std::get_if<shutdown_outcome>(&given->what)) {
        ended = true;
        w_.causes |= outcome->lost ? uint32_t{crash_happened} : 0; // said aloud, and no better than a crash
      }
    } else if (auto news = std::get_if<effects::publish>(&each)) {
      oracle_.published(who, *news->notice.snapshot);
    } else if (auto timer = std::get_if<effects::arm_timer>(&each)) {
      edit(who).armed = to_model(timer->at);
    } else if (auto request = std::get_if<effects::call_authority>(&each)) {
      auto token = token_of(request->refresh_token);
      oracle_.requested(who, token, request->flight);
      edit(who).call = request_in_air{token, request->flight, w_.now, w_.now, to_model(request->not_after)};
    } else if (auto revocation = std::get_if<effects::revoke_token>(&each)) {
      revoke(who, *revocation, by_logout);
    } else if (!std::holds_alternative<effects::note>(each)) {
      edit(who).queue.push_back(std::move(each));
    }
  }
  if (ended) {
    if (!w_.processes[who]->queue.empty())
      w_.causes |= crash_happened; // its deadline came first: what was not written is not known
    oracle_.ended(who);
    end(who);
  }
}

} // namespace breakwater::exploration
