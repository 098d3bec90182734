#pragma once
#include "breakwater/bench/report.hpp"

#include <cstddef>

/// The groups of benchmarks. Each registers itself with Google Benchmark and adds its lines to the report when it ran.
namespace breakwater::bench {

/// How much is done. A quick run says nothing about speed.
struct effort {
  size_t repetitions = 15;
  size_t questions = 200'000;
  size_t reads = 20'000'000;
  size_t callers_max = 1'000'000;
  size_t coalescing_repetitions = 3;
  size_t idle_seconds = 10;
  /// Limits in time and memory count.
  bool judged = true;
};

inline constexpr effort quick_effort{3, 20'000, 1'000'000, 100'000, 1, 1, false};

void register_answers(const effort&, report&);
void register_coalescing(const effort&, report&);
void register_local_reads(const effort&, report&);
void register_idle(const effort&, report&);
void register_broker(const effort&, report&);

// In a child process: each prints its numbers in one line, and returns an exit status.

/// Seconds, bytes (growth of the resident set at its highest), requests, errors.
int print_coalescing(size_t callers);
/// The same, for threads that share a mutex and a condition variable.
int print_single_flight(size_t callers);
/// Voluntary context switches of all threads, and how many threads there are.
int print_idle(size_t seconds);
/// Answers questions from standard input, with a token of so many bytes: see broker.cpp.
int print_json_loop(size_t token_bytes);

} // namespace breakwater::bench
