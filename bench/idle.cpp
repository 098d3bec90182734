#include "breakwater/actors/start.hpp"
#include "breakwater/bench/benchmarks.hpp"
#include "breakwater/bench/child.hpp"
#include "breakwater/bench/rig.hpp"

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

namespace breakwater::bench {

namespace {

constexpr double switches_per_second_max = 5;

struct switches {
  uint64_t voluntary = 0;
  size_t threads = 0;
};

switches count_switches() {
  switches out;
  const std::string name = "voluntary_ctxt_switches:";
  for (auto& task : std::filesystem::directory_iterator{"/proc/self/task"}) {
    std::ifstream in{task.path() / "status"};
    ++out.threads;
    for (std::string line; std::getline(in, line);)
      if (line.starts_with(name))
        out.voluntary += std::stoull(line.substr(name.size()));
  }
  return out;
}

/// A directory of our own that is gone afterwards.
class temporary_directory {
public:
  temporary_directory() {
    auto pattern = (std::filesystem::temp_directory_path() / "breakwater-bench-XXXXXX").string();
    if (mkdtemp(pattern.data()) != nullptr)
      path_ = pattern;
  }
  temporary_directory(const temporary_directory&) = delete;
  temporary_directory& operator=(const temporary_directory&) = delete;
  ~temporary_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

private:
  std::filesystem::path path_;
};

} // namespace

// All that a program gets from `start`: the real transport with its thread, a file that is watched, a login.
int print_idle(size_t seconds) {
  temporary_directory place;
  bench_config config{2};
  caf::actor_system system{config};
  auth_config wanted;
  wanted.authority = generic_authority("http://127.0.0.1:9/token", "bench"); // never called
  wanted.auth_file = place.path() / "auth.json";
  auto service = start(system, std::move(wanted));
  if (!service)
    return 1;
  auto logged_in = false;
  {
    caf::scoped_actor self{system};
    compat::request(self.ptr(), service->auth(), login{sample_credential()})
        .receive([&](const auth_status&) { logged_in = true; }, [](const caf::error&) {});
  }
  std::this_thread::sleep_for(std::chrono::seconds{1}); // what a start sets off has ended
  auto before = count_switches();
  std::this_thread::sleep_for(std::chrono::seconds{seconds});
  auto after = count_switches();
  std::printf("%llu %zu\n", static_cast<unsigned long long>(after.voluntary - before.voluntary), after.threads);
  return logged_in ? 0 : 1;
}

void register_idle(const effort& how, report& out) {
  benchmark::RegisterBenchmark("idle",
                               [&how, &out](benchmark::State& state) {
                                 std::vector<double> numbers;
                                 for (auto _ : state) {
                                   numbers = run_child({"idle", std::to_string(how.idle_seconds)});
                                   state.SetIterationTime(static_cast<double>(how.idle_seconds));
                                 }
                                 row line{"idle, one auth actor, " + count(how.idle_seconds) + " s",
                                          "< 5 voluntary context switches/s", "failed", "", result::broken};
                                 if (numbers.size() == 2) {
                                   auto per_second = numbers[0] / static_cast<double>(how.idle_seconds);
                                   state.counters["switches_per_s"] = per_second;
                                   line.measured = number(per_second, 1) + "/s (" + number(numbers[1], 0) + " threads)";
                                   line.ratio = number(per_second / switches_per_second_max, 2) + " of the limit";
                                   line.result = judge(per_second < switches_per_second_max);
                                 }
                                 out.add(line);
                               })
      ->Iterations(1)
      ->UseManualTime()
      ->Unit(benchmark::kMillisecond);
}

} // namespace breakwater::bench
