#include "breakwater/tests/exploration/step.hpp"

namespace breakwater::exploration {

namespace {

/// What may come from outside in an exploration from one root, by kind and in total.
struct allowance {
  uint8_t total, ask, change, store_fault, odd_answer, crash, foreign, wait, lease = 0, stop = 0;
};

world empty_world(rules rule, allowance a) {
  world w;
  w.rule = rule;
  w.total_left = a.total;
  w.left = {a.ask, a.change, a.store_fault, a.odd_answer, a.crash, a.foreign, a.wait, a.lease, a.stop};
  return w;
}

/// The store holds a credential of account X; its access token is good, or over.
void store_credential(world& w, bool over) {
  auto& a = w.authority.edit();
  auto tokens = issue(a, 'X', no_token, w.now);
  auto& store = w.store.edit();
  store.content.credential = store.backup = credential_of(a, tokens, 'X', w.now);
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
  // How many things in all may come from outside, at most as many of each kind: in a short, an ordinary, a deep run.
  auto in_all = [bound](int little, int ordinary, int deep) {
    return static_cast<uint8_t>(bound == 0 ? little : bound == 1 ? ordinary : deep);
  };
  //                              ask change store-fault odd-answer crash foreign wait lease stop
  allowance everything{in_all(1, 2, 4), 3, 2, 2, 2, 2, 2, 3};
  allowance everything_good{in_all(2, 3, 5), 3, 2, 2, 2, 2, 2, 3};
  allowance wire_and_crashes{in_all(2, 3, 6), 3, 0, 0, 3, 2, 0, 4};
  allowance disk{in_all(2, 2, 5), 3, 1, 3, 1, 1, 0, 3};
  allowance slow_disk{in_all(3, 4, 6), 1, 0, 1, 0, 0, 0, 3};
  allowance people{in_all(2, 2, 5), 3, 3, 1, 1, 0, 3, 2};
  allowance doubts{in_all(2, 3, 8), 4, 0, 0, 5, 1, 0, 6};
  allowance answers{in_all(4, 8, 12), 0, 0, 0, 4, 0, 0, 5};
  allowance all_but_logins{in_all(1, 2, 5), 3, 1, 2, 2, 1, 2, 3};
  allowance lost_lease{in_all(2, 3, 7), 1, 0, 1, 1, 1, 0, 2, 1, 0};
  allowance lost_lease_and_foreigners{in_all(2, 4, 7), 1, 0, 0, 1, 0, 1, 0, 1, 0};
  allowance stopped{in_all(3, 4, 8), 0, 0, 0, 1, 1, 0, 3, 0, 1};
  allowance stopped_and_lost{in_all(3, 4, 10), 0, 0, 0, 0, 0, 0, 2, 1, 1};
  allowance foreigners{in_all(2, 3, 6), 2, 0, 0, 1, 0, 3, 2};
  rules late_stops{.late_stops = true};
  rules no_rotation{.rotates = false, .answers_refresh_token = false};
  rules with_grace{.grace = 90'000};

  std::vector<root> roots;
  roots.push_back(make("two processes, everything, the access token is over", {}, everything, true, 2));
  roots.push_back(make("two processes, everything, the access token is good", {}, everything_good, false, 2));
  roots.push_back(make("two processes, wire and crashes", {}, wire_and_crashes, true, 2));
  roots.push_back(make("one process, faults of the store", {}, disk, true, 1));
  roots.push_back(make("one process, logins and foreign programs", {}, people, true, 1));
  roots.push_back(make("one process, doubts", {}, doubts, true, 1));
  roots.push_back(make("one process, one odd answer after the other", {}, answers, true, 1));
  roots.push_back(make("one process, the authority does not rotate", no_rotation, all_but_logins, true, 1));
  roots.push_back(make("one process, the authority grants replays for 90 s", with_grace, all_but_logins, true, 1));
  roots.push_back(make("one process, a slow store that fails", {}, slow_disk, true, 1));
  roots.push_back(make("two processes, a lease is lost", {}, lost_lease, true, 2));
  roots.push_back(make("two processes, a lease is lost, foreign programs", {}, lost_lease_and_foreigners, true, 2));
  roots.push_back(make("two processes, one is stopped", {}, stopped, true, 2));
  roots.push_back(make("two processes, one is stopped and loses the lease", late_stops, stopped_and_lost, true, 2));
  roots.push_back(make("one process, foreign programs at any moment", {}, foreigners, true, 1));
  for (size_t i = 0; i < roots.size(); ++i)
    roots[i].begin.root = static_cast<uint8_t>(i);
  return roots;
}

} // namespace breakwater::exploration
