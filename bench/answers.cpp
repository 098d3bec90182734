#include "breakwater/bench/baselines.hpp"
#include "breakwater/bench/benchmarks.hpp"
#include "breakwater/bench/callers.hpp"
#include "breakwater/bench/rig.hpp"

#include <benchmark/benchmark.h>

#include <array>
#include <utility>

namespace breakwater::bench {

namespace {

constexpr double ratio_min = 0.85;

std::string plural(size_t number_of, const char* what) {
  return count(number_of) + " " + what + (number_of == 1 ? "" : "s");
}

struct scene {
  std::string what;
  size_t callers;
  size_t workers;
  bool poisoned = false;
};

/// Alternates between the auth actor and a bare actor, so that both see the same weather; the ratio is that of
/// neighbours.
template <class Answer, class Ask>
void compare(benchmark::State& state, const effort& how, report& out, const scene& where, const Ask& ask,
             Answer (rig::*ask_once)(Ask)) {
  rig one{where.workers, where.poisoned ? conduct::refuse : conduct::issue};
  auto value = (one.*ask_once)(ask);
  auto bare = one.system().spawn<bare_actor<Ask, Answer>>(value);
  auto window = std::max<size_t>(1, 100 / where.callers);
  crowd<Answer> of_bare{one.system(), bare, ask, where.callers, window};
  crowd<Answer> of_auth{one.system(), one.auth(), ask, where.callers, window};
  of_bare.run(how.questions);
  of_auth.run(how.questions);
  auto requests = one.requests();

  std::vector<double> ratios;
  std::vector<double> times;
  for (auto _ : state) {
    auto before = of_bare.run(how.questions);
    auto subject = of_auth.run(how.questions);
    auto after = of_bare.run(how.questions);
    ratios.push_back((before + after) / 2 / subject);
    times.push_back(subject);
    state.SetIterationTime(subject);
  }
  auto ratio = median(ratios);
  auto sent = one.requests() - requests;
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * how.questions));
  state.counters["ratio"] = ratio;
  state.counters["requests"] = static_cast<double>(sent);

  row line{where.what + ", " + plural(where.callers, "caller") + ", " + plural(where.workers, "worker"),
           ">= 0.85 of a bare actor", number(static_cast<double>(how.questions) / median(times) / 1e6, 2) + " M/s",
           number(ratio, 2), judge(ratio >= ratio_min)};
  if (where.poisoned) {
    line.limit += ", 0 requests";
    line.measured += ", " + count(sent) + " requests";
  }
  auto poisoned = one.status(get_status{})->health == auth_health::poisoned;
  if (sent != 0 || of_auth.errors() != 0 || poisoned != where.poisoned)
    line.result = result::broken;
  out.add(line);
  caf::anon_send_exit(bare, caf::exit_reason::user_shutdown);
}

template <class Answer, class Ask>
void add(const effort& how, report& out, const char* name, scene where, Ask ask, Answer (rig::*ask_once)(Ask)) {
  // With two workers the scheduler's own lock is what is measured, of both alike: one number of callers says it all.
  constexpr std::array<std::pair<size_t, size_t>, 4> crowds{{{1, 1}, {100, 1}, {10'000, 1}, {1'000, 2}}};
  for (auto [callers, workers] : crowds) {
    where.callers = callers;
    where.workers = workers;
    auto full = std::string{name} + "/callers:" + std::to_string(callers) + "/workers:" + std::to_string(workers);
    benchmark::RegisterBenchmark(
        full.c_str(), [=, &how, &out](benchmark::State& state) { compare(state, how, out, where, ask, ask_once); })
        ->Iterations(static_cast<int64_t>(how.repetitions))
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
  }
}

} // namespace

void register_answers(const effort& how, report& out) {
  add(how, out, "get_status", {"get_status from memory", 0, 0}, get_status{}, &rig::status);
  add(how, out, "get_token", {"get_token from memory", 0, 0}, get_token{}, &rig::token);
  add(how, out, "get_status_poisoned", {"get_status{refresh} of a poisoned credential", 0, 0, true},
      get_status{true, true}, &rig::status);
}

} // namespace breakwater::bench
