#pragma once
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

/// What the loop counts while it works: plain numbers of its one thread, read by it when somebody asks for metrics.
namespace breakwater::broker {

/// How long answers took.
class latencies {
public:
  /// Upper bounds in seconds; one more bucket takes the rest.
  static constexpr std::array<double, 12> bounds{50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 5e-3,
                                                 25e-3, 100e-3, 500e-3, 2.5,    10,   60};

  void add(std::chrono::nanoseconds each, uint64_t count = 1) {
    auto seconds = std::chrono::duration<double>(each).count();
    size_t bucket = 0;
    while (bucket < bounds.size() && seconds > bounds[bucket])
      ++bucket;
    counts_[bucket] += count;
    sum_ += seconds * static_cast<double>(count);
  }

  const auto& counts() const { return counts_; }
  double sum() const { return sum_; }

private:
  std::array<uint64_t, bounds.size() + 1> counts_{};
  double sum_ = 0;
};

struct account_tally {
  /// Questions that asked for a refresh, and those of them that found one under way.
  uint64_t refresh_questions = 0;
  uint64_t coalesced = 0;
  uint64_t flights = 0;
  /// By the words of `to_string(verdict_kind)`.
  std::map<std::string, uint64_t> verdicts;
  /// Decisions that nobody must overlook, such as a lost token.
  uint64_t loud = 0;
};

struct tally {
  explicit tally(size_t methods = 0, size_t account_count = 0) : requests(methods + 1), accounts(account_count) {}

  /// By the method's place in `all_methods`; the last one counts what is none of these.
  std::vector<uint64_t> requests;
  /// Errors answered, by code.
  std::map<int, uint64_t> errors;
  uint64_t clients_now = 0;
  uint64_t clients = 0;
  /// By the reason, a word.
  std::map<std::string, uint64_t> clients_ended;
  /// Answered from what is known, each with the time that its whole batch of requests took; and answered by the auth
  /// actor.
  latencies at_once, asked;
  std::vector<account_tally> accounts;
};

} // namespace breakwater::broker
