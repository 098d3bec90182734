#include "breakwater/tests/exploration/step.hpp"

namespace breakwater::exploration {

namespace {

/// What may come from outside in an exploration from one root, by kind and in total.
struct allowance {
  uint8_t total, ask, change, store_fault, odd_answer, crash, foreign, wait;
};

world empty_world(rules rule, allowance a) {
  world w;
  w.rule = rule;
  w.total_left = a.total;
  w.left = {a.ask, a.change, a.store_fault, a.odd_answer, a.crash, a.foreign, a.wait};
  return w;
}

/// The store holds a credential of account X; its access token is good, or over.
void store_credential(world& w, bool over) {
  auto& a = w.authority.edit();
  auto tokens = issue(a, 'X', no_token, w.now);
  auto& store = w.store.edit();
  store.content.credential = credential_of(a, tokens, 'X', w.now);
  a.refresh[tokens.refresh].stored = true;
  a.access[tokens.access].stored = true;
  if (over)
    w.now += token_life;
}

void run(world& w, uint8_t who) {
  happen(w, {event_kind::start, who});
  happen(w, {event_kind::store_step, who});
}

root make(std::string name, rules rule, allowance a, bool over, int processes) {
  auto w = empty_world(rule, a);
  store_credential(w, over);
  for (uint8_t who = 0; who < processes; ++who)
    run(w, who);
  for (auto& p : w.processes)
    if (p->machine)
      p.edit().store_news = false;
  return {std::move(name), std::move(w)};
}

} // namespace

std::vector<root> make_roots(int bound) {
  uint8_t more = bound > 0, most = bound > 1;
  auto b = [&](int small) { return static_cast<uint8_t>(small + more + most); };
  std::vector<root> roots;
  //                                                     total ask chg store odd crash foreign wait
  roots.push_back(make("two processes, everything, token over", {}, {b(2), 3, 2, 2, 2, 2, 2, 2}, true, 2));
  roots.push_back(make("two processes, everything, token good", {}, {b(2), 3, 2, 2, 2, 2, 2, 2}, false, 2));
  roots.push_back(make("two processes, wire and crashes", {}, {b(3), 2, 0, 0, 2, 1, 0, 3}, true, 2));
  roots.push_back(make("one process, faults of the store", {}, {b(3), 2, 1, 2, 1, 1, 0, 2}, true, 1));
  roots.push_back(make("one process, logins and foreign programs", {}, {b(3), 2, 2, 0, 1, 0, 2, 1}, true, 1));
  roots.push_back(make("one process, doubts", {}, {b(4), 4, 0, 0, 4, 1, 0, 4}, true, 1));
  roots.push_back(make("no rotation", {.rotates = false, .answers_refresh_token = false}, {b(3), 2, 1, 1, 1, 1, 1, 2}, true, 1));
  roots.push_back(make("a grace for replays", {.grace = 90'000}, {b(3), 2, 0, 1, 2, 1, 1, 2}, true, 1));
  for (size_t i = 0; i < roots.size(); ++i)
    roots[i].begin.root = static_cast<uint8_t>(i);
  return roots;
}

} // namespace breakwater::exploration
