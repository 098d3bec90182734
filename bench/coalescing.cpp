#include "breakwater/bench/benchmarks.hpp"
#include "breakwater/bench/callers.hpp"
#include "breakwater/bench/child.hpp"
#include "breakwater/bench/resident_memory.hpp"
#include "breakwater/bench/rig.hpp"

#include <benchmark/benchmark.h>

#include <cstdio>
#include <functional>

namespace breakwater::bench {

namespace {

constexpr size_t requesters = 1'000;
constexpr double microseconds_max = 4;
constexpr double bytes_max = 500;

/// The medians over some children; `sent` and `errors` are the worst.
struct crowd_cost {
  double microseconds = 0;
  double bytes = 0;
  double sent = 0;
  double errors = 0;
};

crowd_cost measure(benchmark::State& state, const char* kind, size_t callers) {
  crowd_cost out;
  std::vector<double> times;
  std::vector<double> bytes;
  for (auto _ : state) {
    auto numbers = run_child({kind, std::to_string(callers)});
    if (numbers.size() != 4) {
      state.SkipWithError("the child failed");
      out.errors = 1;
      return out;
    }
    state.SetIterationTime(numbers[0]);
    times.push_back(numbers[0]);
    bytes.push_back(numbers[1]);
    out.sent = std::max(out.sent, numbers[2]);
    out.errors = std::max(out.errors, numbers[3]);
  }
  out.microseconds = median(times) * 1e6 / static_cast<double>(callers);
  out.bytes = median(bytes) / static_cast<double>(callers);
  state.counters["us_per_caller"] = out.microseconds;
  state.counters["bytes_per_caller"] = out.bytes;
  state.counters["requests"] = out.sent;
  return out;
}

std::string describe(const crowd_cost& cost) {
  return number(cost.microseconds, 2) + " us, " + number(cost.bytes, 0) + " B, " +
         count(static_cast<uint64_t>(cost.sent)) + (cost.sent == 1 ? " request" : " requests");
}

void add(const effort& how, const char* kind, size_t callers, std::function<void(const crowd_cost&)> tell) {
  auto name = std::string{kind} + "/callers:" + std::to_string(callers);
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) { tell(measure(state, kind, callers)); })
      ->Iterations(static_cast<int64_t>(how.coalescing_repetitions))
      ->UseManualTime()
      ->Unit(benchmark::kMillisecond);
}

} // namespace

// The authority answers as soon as the last question is out: its delay is nothing but waiting for the callers, so all
// of the time is ours.
int print_coalescing(size_t callers) {
  rig one{2, conduct::issue_at_gate};
  get_token ask;
  ask.min_validity = std::chrono::hours{2}; // the token that is held lives for one
  resident_growth growth;
  crowd<bearer> all{one.system(), one.auth(), ask, requesters, callers / requesters};
  auto seconds = all.run(callers, [&] { compat::anon_send(one.authority(), open_gate{}); });
  std::printf("%.9f %zu %llu %llu\n", seconds, growth.bytes_max(), static_cast<unsigned long long>(one.requests()),
              static_cast<unsigned long long>(all.errors()));
  return 0;
}

void register_coalescing(const effort& how, report& out) {
  for (size_t callers : {size_t{100'000}, size_t{1'000'000}})
    if (callers <= how.callers_max)
      add(how, "coalescing", callers, [callers, &out](const crowd_cost& cost) {
        auto over = std::max(cost.microseconds / microseconds_max, cost.bytes / bytes_max);
        row line{count(callers) + " callers in one flight, each", "<= 4 us, <= 500 B, 1 request", describe(cost),
                 number(over, 2) + " of the limit", judge(over <= 1)};
        if (cost.sent != 1 || cost.errors != 0)
          line.result = result::broken;
        out.add(line);
      });
  for (auto* kind : {"coalescing", "single_flight"})
    add(how, kind, requesters, [kind, &out](const crowd_cost& cost) {
      auto who = std::string_view{kind} == "coalescing" ? " callers in one flight, each"
                                                        : " threads, mutex + condition variable, each";
      out.add({count(requesters) + who, "", describe(cost), "", result::shown});
    });
}

} // namespace breakwater::bench
