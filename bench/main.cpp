#include "breakwater/bench/benchmarks.hpp"
#include "breakwater/bench/child.hpp"

#include <benchmark/benchmark.h>

#include <cstdio>
#include <string_view>

using namespace breakwater::bench;

namespace {

constexpr const char* usage = R"(breakwater-bench [--quick] [Google Benchmark's options]
Measures each promise about speed against its baseline in the same run, and prints a table.
  --quick  shortly, only to see that everything runs: limits in time and memory do not count
Exit status: 0 all within limits, 1 a limit missed, 2 wrong options, 3 a promise broken that has nothing to do with speed.
)";

} // namespace

int main(int argc, char** argv) {
  std::vector<std::string> arguments{argv + 1, argv + argc};
  if (!arguments.empty() && arguments.front() == child_option)
    return be_child({arguments.begin() + 1, arguments.end()});
  effort how;
  std::vector<char*> rest{argv[0]};
  for (int i = 1; i < argc; ++i) {
    if (std::string_view{argv[i]} == "--quick")
      how = quick_effort;
    else
      rest.push_back(argv[i]);
  }
  auto count = static_cast<int>(rest.size());
  rest.push_back(nullptr);
  benchmark::Initialize(&count, rest.data());
  if (benchmark::ReportUnrecognizedArguments(count, rest.data())) {
    std::fputs(usage, stderr);
    return 2;
  }
  report out;
  register_answers(how, out);
  register_local_reads(how, out);
  register_coalescing(how, out);
  register_idle(how, out);
#ifdef BREAKWATER_BENCH_BROKER
  register_broker(how, out);
#endif
  benchmark::RunSpecifiedBenchmarks();
  std::putchar('\n');
  out.print();
  if (out.has(result::broken))
    return 3;
  return how.judged && out.has(result::missed) ? 1 : 0;
}
