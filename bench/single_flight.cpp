#include "breakwater/bench/baselines.hpp"
#include "breakwater/bench/benchmarks.hpp"
#include "breakwater/bench/measure.hpp"
#include "breakwater/bench/resident_memory.hpp"

#include <cstdio>
#include <latch>
#include <thread>
#include <vector>

namespace breakwater::bench {

// As in coalescing.cpp, the authority answers when every caller has asked.
int print_single_flight(size_t callers) {
  single_flight flights;
  std::atomic<uint64_t> requests{0};
  resident_growth growth;
  auto seconds = seconds_of([&] {
    std::latch asked{static_cast<ptrdiff_t>(callers)};
    std::vector<std::thread> threads;
    for (size_t i = 0; i < callers; ++i)
      threads.emplace_back([&] {
        asked.count_down();
        flights.get([&] {
          ++requests;
          asked.wait();
          return std::make_shared<const bearer_fields>();
        });
      });
    for (auto& each : threads)
      each.join();
  });
  std::printf("%.9f %zu %llu 0\n", seconds, growth.bytes_max(), static_cast<unsigned long long>(requests.load()));
  return 0;
}

} // namespace breakwater::bench
