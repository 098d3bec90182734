#include "breakwater/tests/exploration/events.hpp"

#include <algorithm>

namespace breakwater::exploration {

namespace {

bool in_time(const world& w, model_time at) {
  for (auto& p : w.processes)
    if (p->call && !p->stopped && at > p->call->sent + transport_timeout)
      return false; // the transport gives up first
  return true;
}

model_time first_timer(const world& w) {
  model_time first = never;
  for (auto& p : w.processes)
    if (p->armed && !p->stopped)
      first = std::min(first, *p->armed);
  return first;
}

bool can_fail(const effect& operation) { return !std::holds_alternative<effects::store_release>(operation); }

bool can_half_fail(const effect& operation) {
  return std::holds_alternative<effects::store_write_intent>(operation) ||
         std::holds_alternative<effects::store_write_ledger>(operation) ||
         std::holds_alternative<effects::store_commit>(operation) ||
         std::holds_alternative<effects::store_put>(operation);
}

class lister {
public:
  lister(const world& w, std::vector<event>& into) : w_(w), into_(into) {}

  void all() {
    for (uint8_t who = 0; who < 2; ++who) {
      auto& p = *w_.processes[who];
      if (!p.machine) {
        // In a world of one process the other one starts only once a process has ended.
        if (w_.causes & (crash_happened | shutdown_asked))
          add(event_kind::start, who);
        continue;
      }
      if (p.stopped) {
        while_stopped(p, who);
        continue;
      }
      what_was_begun(p, who);
      wire(p, who);
      callers(p, who);
      people(p, who);
    }
    if (!w_.authority->ghosts.empty())
      for (uint8_t i = 0; i < w_.authority->ghosts.size(); ++i)
        add(event_kind::ghost_arrives, i);
    auto next = next_instant(w_);
    if (next < first_timer(w_) && in_time(w_, next))
      add(event_kind::wait, 0);
    if (w_.store->lease >= 0)
      add(event_kind::lease_lost, 0);
    foreigners();
  }

private:
  void add(event_kind kind, uint8_t who) {
    event e{kind, who};
    if (auto paid = price_of(w_, e); paid && (w_.total_left == 0 || w_.left[static_cast<size_t>(*paid)] == 0))
      return;
    into_.push_back(e);
  }

  void while_stopped(const process& p, uint8_t who) {
    add(event_kind::resume, who);
    add(event_kind::crash, who);
    if (p.call && p.call->way == way::left && !p.call->arrived && can_issue(*w_.authority) &&
        w_.now <= p.call->sent + settle_time)
      add(event_kind::request_arrives, who);
  }

  void what_was_begun(const process& p, uint8_t who) {
    if (!p.queue.empty()) {
      add(event_kind::store_step, who);
      if (can_fail(p.queue.front()))
        add(event_kind::store_fails, who);
      if (can_half_fail(p.queue.front()))
        add(event_kind::store_half_fails, who);
    }
    if (p.armed && *p.armed <= std::max(first_timer(w_), w_.now) && in_time(w_, *p.armed))
      add(event_kind::timer, who);
  }

  void wire(const process& p, uint8_t who) {
    if (!p.call)
      return;
    if (p.call->arrived || w_.now > p.call->sent + transport_timeout) { // the process was stopped meanwhile
      if (p.call->arrived)
        add(event_kind::answer, who);
      add(event_kind::answer_lost, who);
      return;
    }
    if (can_issue(*w_.authority))
      add(event_kind::answer, who);
    for (auto kind : {event_kind::answer_lost, event_kind::answer_unsent, event_kind::answer_unavailable,
                      event_kind::answer_misconfigured, event_kind::answer_bare_400, event_kind::answer_refused})
      add(kind, who);
    if (can_issue(*w_.authority) && w_.authority->refresh[p.call->token].account != 'Y')
      add(event_kind::answer_other_account, who);
  }

  /// A caller that can be answered at once changes nothing; that it is answered rightly is checked in every state.
  void callers(const process& p, uint8_t who) {
    if (p.shutting_down)
      return;
    auto& m = *p.machine;
    auto now = to_instant(w_.now);
    if (!m.answer_at_once(get_token{}, now))
      add(event_kind::ask_token, who);
    if (p.started && !m.current()->token.empty())
      add(event_kind::ask_token_rejected, who);
    add(event_kind::ask_refresh, who);
    if (p.started)
      add(event_kind::ask_refresh_seen, who);
    if (!m.answer_at_once(get_status{.refresh = true}, now))
      add(event_kind::ask_status, who);
  }

  void people(const process& p, uint8_t who) {
    add(event_kind::crash, who);
    add(event_kind::stop, who);
    if (p.call && p.call->sent == w_.now) {
      add(event_kind::stop_unsent, who);
      if (w_.rule.late_stops)
        add(event_kind::stop_unchecked, who);
    }
    if (p.shutting_down)
      return;
    if (can_issue(*w_.authority)) {
      add(event_kind::login_same, who);
      add(event_kind::login_other, who);
    }
    add(event_kind::logout, who);
    add(event_kind::logout_unrevoked, who);
    add(event_kind::reload, who);
    if (w_.causes & misconfigured_answer)
      add(event_kind::configure, who);
    if (p.store_news)
      add(event_kind::notice, who);
    add(event_kind::shutdown, who);
  }

  void foreigners() {
    auto& content = w_.store->content.credential;
    auto can = can_issue(*w_.authority);
    auto held = w_.authority->foreign_held.refresh != no_token;
    if (can && content.method == auth_method::oauth && !content.refresh_token.empty() && !w_.store->torn) {
      add(event_kind::foreign_refresh, 0);
      if (!held)
        add(event_kind::foreign_spend, 0);
    }
    if (held)
      add(event_kind::foreign_store_late, 0);
    if (can) {
      add(event_kind::foreign_login, 0);
      add(event_kind::foreign_other_login, 0);
    }
    if (w_.store->previous.method != auth_method::none && materially_changed(w_.store->previous, content))
      add(event_kind::foreign_restore, 0);
    if (w_.store->backup.method != auth_method::none && materially_changed(w_.store->backup, content) &&
        materially_changed(w_.store->backup, w_.store->previous))
      add(event_kind::foreign_restore_backup, 0);
    if (content.method != auth_method::none && content.refreshed_at != to_wall(w_.now))
      add(event_kind::foreign_touch, 0);
    if (content.method != auth_method::none)
      add(event_kind::foreign_delete, 0);
    if (!w_.store->torn)
      add(event_kind::foreign_tear, 0);
  }

  const world& w_;
  std::vector<event>& into_;
};

} // namespace

void list_events(const world& w, std::vector<event>& into) {
  into.clear();
  lister{w, into}.all();
}

model_time next_instant(const world& w) {
  model_time next = never;
  auto offer = [&](model_time at) {
    if (at > w.now)
      next = std::min(next, at);
  };
  auto& a = *w.authority;
  for (token_id i = 0; i < a.access_count; ++i)
    offer(a.access[i].ends);
  for (token_id i = 0; i < a.refresh_count; ++i) {
    if (a.refresh[i].sent)
      offer(a.refresh[i].last_sent + settle_time);
    offer(a.refresh[i].pause_until);
  }
  for (auto& p : w.processes) {
    offer(p->misconfigured_until);
    if (p->call && p->call->way == way::deciding)
      offer(p->call->not_after + 1);
    for (auto& operation : p->queue) // a store so slow that the intent says too early a time
      if (auto note = std::get_if<effects::store_write_intent>(&operation))
        offer(to_model(note->intent.written) + settle_time / 3);
  }
  return next;
}

std::optional<budget> price_of(const world& w, event e) {
  switch (e.kind) {
  case event_kind::store_step:
  case event_kind::answer:
  case event_kind::ghost_arrives:
  case event_kind::request_arrives:
  case event_kind::resume:
  case event_kind::start:
    return std::nullopt;
  case event_kind::timer:
    return *w.processes[e.who]->armed <= w.now ? std::nullopt : std::optional{budget::wait};
  case event_kind::wait:
    return budget::wait;
  case event_kind::store_fails:
  case event_kind::store_half_fails:
    return budget::store_fault;
  case event_kind::stop:
  case event_kind::stop_unsent:
  case event_kind::stop_unchecked:
    return budget::stop;
  case event_kind::lease_lost:
    return budget::lease;
  case event_kind::crash:
    return budget::crash;
  default:
    if (e.kind >= event_kind::foreign_refresh)
      return budget::foreign;
    if (e.kind >= event_kind::login_same)
      return budget::change;
    return e.kind >= event_kind::ask_token ? budget::ask : budget::odd_answer;
  }
}

std::string describe(event e) {
  static constexpr const char* words[] = {"the store performs",
                                          "the authority answers",
                                          "the timer fires",
                                          "a request of nobody arrives at the authority",
                                          "the request of the stopped process arrives at the authority",
                                          "the process goes on (SIGCONT)",
                                          "the store fails at",
                                          "the store writes, and reports a failure of",
                                          "the answer is lost",
                                          "the request never left",
                                          "the authority answers 503, Retry-After 7 s",
                                          "the authority answers invalid_client",
                                          "the authority answers 400, empty",
                                          "the user ended the grant: the authority refuses",
                                          "the authority answers with tokens of account Y",
                                          "get_token",
                                          "get_token, the current one was rejected",
                                          "refresh",
                                          "refresh, the current generation was observed",
                                          "get_status with refresh",
                                          "login to account X",
                                          "login to account Y",
                                          "logout",
                                          "logout without revoking",
                                          "reload",
                                          "new settings",
                                          "the watch tells of a change",
                                          "shutdown",
                                          "the process is stopped (SIGSTOP)",
                                          "the process is stopped before its request is handed to the wire",
                                          "the process is stopped just before the first byte leaves",
                                          "the process dies",
                                          "the process starts",
                                          "time passes",
                                          "somebody deletes the lock file: the lease is nobody's",
                                          "another program refreshes without the lease",
                                          "another program stores a new login to account X",
                                          "another program stores a login to account Y",
                                          "another program puts the previous credential back",
                                          "another program deletes the credential",
                                          "another program writes half a file",
                                          "another program sends the stored refresh token",
                                          "another program stores what it was issued",
                                          "a backup of the beginning is put back",
                                          "another program writes a new date, and the same tokens"};
  std::string who;
  if (e.kind < event_kind::wait && e.kind != event_kind::ghost_arrives)
    who = e.who == 0 ? "A: " : "B: ";
  return who + words[static_cast<size_t>(e.kind)];
}

} // namespace breakwater::exploration
