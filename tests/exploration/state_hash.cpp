#include "breakwater/tests/exploration/state_hash.hpp"

#include <algorithm>
#include <cstring>

namespace breakwater::exploration {

namespace {

class mixer {
public:
  explicit mixer(model_time now, uint64_t seed = 0) : now_(now), value_(seed ^ 0x9e3779b97f4a7c15) {}

  void add(uint64_t x) {
    value_ = (value_ ^ x) * 0xff51afd7ed558ccd;
    value_ ^= value_ >> 32;
  }
  void add(const secret& token) {
    auto text = token.reveal();
    add(token_of(token) | (text.empty() ? 0u : static_cast<unsigned>(text[0]) << 8));
  }
  void add(const token_hash& hash) {
    uint64_t first = 0;
    std::memcpy(&first, hash.bytes.data(), sizeof first);
    add(first);
  }
  /// A time ahead, or "past".
  void deadline(model_time at) { add(at == never ? 1u : static_cast<uint64_t>(at <= now_ ? 0 : at - now_ + 2)); }
  void deadline(instant at) { deadline(to_model(at)); }
  void deadline(wall_time at) { at == unknown_time ? add(0) : deadline(to_model(at)); }
  void deadline(const std::optional<instant>& at) { deadline(at ? to_model(*at) : never); }
  /// A time behind, up to when it matters.
  void since(model_time at, model_time matters) { add(static_cast<uint64_t>(std::min(now_ - at, matters))); }
  void since(instant at, model_time matters) { since(to_model(at), matters); }
  void since(wall_time at, model_time matters) { at == unknown_time ? add(77) : since(to_model(at), matters); }

  uint64_t value() const { return value_ ^ value_ >> 29; }

private:
  model_time now_;
  uint64_t value_;
};

/// After this, the time of a send decides nothing: both the settling time and any grace are over.
constexpr model_time send_matters = 100'000;

void add(mixer& m, const credential& c) {
  m.add(static_cast<uint64_t>(c.method));
  if (c.method == auth_method::none)
    return;
  m.add(c.access_token);
  m.add(c.refresh_token);
  m.add(c.account.id.empty() ? 0u : static_cast<unsigned>(c.account.id[0]));
  m.deadline(c.expires_at);
  m.add(static_cast<uint64_t>((c.expires_at - c.refreshed_at).count()));
}

void add(mixer& m, const ledger& all) {
  m.add(all.size());
  for (auto& e : all) {
    m.add(e.refresh_token);
    m.add(static_cast<uint64_t>(e.fate) | static_cast<uint64_t>(e.reason) << 8 | uint64_t{e.grace_used} << 16 |
          uint64_t{e.failures} << 20 | uint64_t{e.doubt_tries} << 32 | uint64_t{e.confirmations} << 48);
    m.add(e.access_token);
    m.add(e.successor);
    m.since(e.first_sent, send_matters);
    m.since(e.last_sent, send_matters);
    m.deadline(e.next_try);
  }
}

/// The flights of this process by number; those of the other, and of the dead, only as such.
uint64_t flight_name(uint64_t id, uint8_t who) {
  if (id == 0)
    return 0;
  auto number = id >> 10;
  return (number % 2 == who ? 2 : 1) + (number / 2 << 2);
}

void add(mixer& m, const flight& f, uint8_t who) {
  m.add(static_cast<uint64_t>(f.phase));
  if (f.phase == flight_phase::idle)
    return;
  m.add(flight_name(f.id, who));
  m.add(flight_name(f.intent_of, who));
  m.deadline(f.lease_deadline);
  m.deadline(f.lease_retry);
  if (f.phase == flight_phase::intending) {
    m.deadline(f.send_by);
    m.add(f.doubtful ? uint64_t{f.before.doubt_tries} << 1 | uint64_t{f.before.grace_used} : 0);
  }
  m.add(f.sent);
  m.add(uint64_t{f.doubtful} | uint64_t{f.intent_written} << 1 | uint64_t{f.intent_settled} << 2 |
        uint64_t{f.told} << 3 | static_cast<uint64_t>(f.judged.kind) << 8 |
        static_cast<uint64_t>(f.judged.reason) << 16 | static_cast<uint64_t>(f.outcome.code) << 24);
  if (f.from)
    add(m, *f.from);
  if (f.issued)
    add(m, *f.issued);
}

void add(mixer& m, const waiters& all, uint64_t held) {
  m.add(all.size());
  for (auto& w : all.list())
    if (!w.closed)
      m.add(static_cast<uint64_t>(w.what) | (w.seen == 0 ? 1u : w.seen == held ? 2u : 3u) << 8);
}

void add(mixer& m, const auth_state& s, uint8_t who) {
  m.add(uint64_t{s.started} | uint64_t{s.doubt} << 1 | uint64_t{s.account_moved} << 2 | uint64_t{s.lease} << 3 |
        uint64_t{s.looked} << 4 | uint64_t{s.look_again} << 24 | uint64_t{s.shutting_down} << 5 |
        uint64_t{s.held.fresh} << 6 | uint64_t{s.unsaved.has_value()} << 7 | uint64_t{s.held.rejections} << 8 |
        uint64_t{s.failures} << 32);
  add(m, *s.held.value);
  m.deadline(s.held.ends);
  m.since(s.held.since, 10'000);
  m.add(static_cast<uint64_t>(s.poison.code) | static_cast<uint64_t>(s.poison.reason) << 8 |
        static_cast<uint64_t>(s.trouble.code) << 16 | static_cast<uint64_t>(s.pause.code) << 24);
  m.deadline(s.pause.until);
  m.deadline(s.doubt_ends);
  if (s.unsaved) {
    m.add(s.unsaved->predecessor);
    m.add(flight_name(s.unsaved->flight, who) | uint64_t{s.unsaved->failures} << 32);
    m.deadline(s.unsaved->next_try);
  }
  add(m, s.ledger);
  add(m, s.flight, who);
  for (auto& c : s.controls)
    m.add(static_cast<uint64_t>(c.kind) | uint64_t{c.revoke} << 8);
  if (s.looked)
    m.since(s.last_look, 1000);
  add(m, s.waiters, s.held.number);
  m.deadline(s.early);
  m.deadline(s.armed);
  m.add(s.shutdown_waiters.size());
  if (s.status_with_token) {
    auto& shown = *s.status_with_token;
    m.add(static_cast<uint64_t>(shown.health) | (shown.generation.number == s.held.number ? 256u : 0u) |
          static_cast<uint64_t>(shown.failure.code) << 16);
    m.add(shown.token);
  }
}

uint64_t hash_of_process(const world& w, uint8_t who) {
  auto& p = *w.processes[who];
  mixer m{w.now};
  m.add(p.machine.has_value());
  if (!p.machine)
    return m.value();
  auto& s = p.machine->state();
  add(m, s, who);
  m.add(w.store->lease == who);
  m.add(w.store->content.intent ? flight_name(w.store->content.intent->flight, who) : 0);
  for (auto& operation : p.queue) {
    m.add(operation.index());
    if (auto clear = std::get_if<effects::store_clear_intent>(&operation))
      m.add(flight_name(clear->flight, who));
    std::visit(
        [&](const auto& op) {
          if constexpr (requires { op.op; })
            m.add(op.op == s.flight.op);
          if constexpr (requires { op.next; })
            add(m, op.next);
        },
        operation);
  }
  m.add(p.call ? p.call->token | uint64_t{p.call->superseded} << 8 | static_cast<uint64_t>(p.call->way) << 16 |
                     uint64_t{p.call->arrived} << 24 | uint64_t{p.call->given.refresh} << 32 |
                     uint64_t{p.call->given.access} << 40
               : 0xffff);
  if (p.call) {
    m.since(p.call->sent, settle_time + 1);
    m.since(p.call->asked, settle_time + 1);
    if (p.call->way == way::deciding)
      m.deadline(p.call->not_after);
  }
  m.deadline(p.armed.value_or(never));
  for (auto& waiting : p.open) {
    m.add(static_cast<uint64_t>(waiting.what) | (waiting.rejected == s.held.number ? 256u : 0u) |
          (waiting.rejected ? 512u : 0u));
    m.deadline(waiting.deadline);
  }
  m.add(uint64_t{p.started} | uint64_t{p.store_news} << 1 | uint64_t{p.shutting_down} << 2 | uint64_t{p.stopped} << 3 |
        uint64_t{p.lease_taken} << 4 | uint64_t{p.loaded_exhausted} << 5 | uint64_t{p.rejections} << 8 |
        uint64_t{p.rejected_access} << 16 | uint64_t{p.loaded_access} << 24 | uint64_t{p.held_access} << 32 |
        uint64_t{p.refused_generation != 0} << 40 | uint64_t{p.misconfigured_token} << 48);
  if (p.issue)
    m.add(p.issue->access | uint64_t{p.issue->replaced} << 8 | uint64_t{p.issue->superseded} << 9 |
          uint64_t{p.issue->revoked} << 10 | uint64_t{p.issue->may_share_grant} << 11 | uint64_t{p.issue->sent} << 16 |
          uint64_t{p.issue->refresh} << 24);
  m.deadline(p.misconfigured_until);
  return m.value();
}

void add(mixer& m, const authority_model& a) {
  m.add(uint64_t{a.refresh_count} | uint64_t{a.access_count} << 8);
  for (token_id i = 0; i < a.refresh_count; ++i) {
    auto& r = a.refresh[i];
    m.add(uint64_t{r.spent} | uint64_t{r.from_login} << 1 | uint64_t{r.stored} << 2 | uint64_t{r.sent} << 3 |
          uint64_t{r.doubt} << 4 | uint64_t{r.issued} << 5 | uint64_t{r.refused} << 6 |
          uint64_t{r.refused_durable} << 7 | uint64_t{r.spent_durable} << 8 | uint64_t{r.grace_used} << 9 |
          uint64_t{a.family_alive[r.family]} << 10 | uint64_t{r.left_open} << 11 | uint64_t{r.confirmations} << 16 |
          uint64_t{std::min<uint8_t>(r.doubt_sends, 3)} << 24 | static_cast<uint64_t>(r.account) << 32 |
          uint64_t{r.parent} << 40 | uint64_t{r.successor} << 48);
    if (r.sent) {
      m.since(r.last_sent, send_matters);
      m.since(r.first_sent, send_matters);
      m.since(r.noted, send_matters);
    }
    m.deadline(r.pause_until);
  }
  for (token_id i = 0; i < a.access_count; ++i) {
    m.add(a.access[i].refresh | uint64_t{a.access[i].stored} << 8 | uint64_t{a.access[i].counted_short} << 9);
    m.deadline(a.access[i].ends);
  }
  m.add(a.foreign_held.refresh | uint64_t{a.foreign_held.access} << 8);
  for (auto& g : a.ghosts) {
    m.add(g.token);
    m.deadline(g.dies);
  }
}

} // namespace

uint64_t hash_of_world(const world& w) {
  auto first = hash_of_process(w, 0), second = hash_of_process(w, 1);
  mixer m{w.now, w.causes | uint64_t{w.rule.rotates} << 40 | uint64_t{w.rule.answers_refresh_token} << 41 |
                     uint64_t{w.rule.grace > 0} << 42 | uint64_t{w.rule.late_stops} << 43};
  m.add(std::min(first, second));
  m.add(std::max(first, second));
  auto& store = *w.store;
  add(m, store.content.credential);
  add(m, store.content.ledger);
  if (auto& note = store.content.intent) {
    m.add(note->refresh_token);
    m.since(note->written, send_matters);
  }
  add(m, store.previous);
  m.add(uint64_t{store.torn} | uint64_t{store.lease >= 0} << 1);
  add(m, *w.authority);
  return m.value();
}

uint64_t with_budgets(uint64_t hash, const world& w) {
  mixer m{0, hash};
  m.add(w.total_left);
  uint64_t left = 0;
  for (auto each : w.left)
    left = left << 7 ^ each;
  m.add(left);
  return m.value();
}

} // namespace breakwater::exploration
