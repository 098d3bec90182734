#include "breakwater/core/jwt_claims.hpp"
#include "breakwater/tests/process/fleet.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <thread>

namespace breakwater::testing {

namespace {

using std::chrono::seconds;

constexpr size_t process_count = 8, callers_each = 100;
constexpr uint64_t rotations_wanted = 200;
constexpr milliseconds token_life{300};
/// More than the way of an answer: `expires_in` counts from its arrival, the authority's own clock runs before.
constexpr milliseconds min_validity{60};
constexpr milliseconds deadline{10'000};

int64_t end_by_the_authority(const std::string& token) {
  auto end = parse_jwt_claims(secret{token}).expires_at;
  return std::chrono::floor<milliseconds>(end.time_since_epoch()).count();
}

/// What the callers of all processes saw together.
struct sights {
  uint64_t answers = 0, failed = 0, retried = 0;
  double max_ms = 0, p99_ms = 0;
  std::string errors;
  /// Tokens that callers got although they had asked after its end, and of these the ones whose answer was so long on
  /// its way that nobody could know it.
  uint64_t dead = 0, late = 0;
  /// Tokens that ended between question and answer.
  uint64_t in_flight = 0;
  std::map<std::string, uint64_t> tokens;

  void add(const nlohmann::json& report) {
    answers += report.value("asked", uint64_t{0});
    for (const auto& [code, count] : report["failed"].items()) {
      failed += count.get<uint64_t>();
      errors += code + " ";
    }
    for (const auto& [code, count] : report["retried"].items()) {
      retried += count.get<uint64_t>();
      errors += "(" + code + ") ";
    }
    max_ms = std::max(max_ms, report.value("max_ms", 0.0));
    p99_ms = std::max(p99_ms, report.value("p99_ms", 0.0));
    for (const auto& each : report["tokens"])
      judge(each);
  }

  void judge(const nlohmann::json& seen) {
    auto token = seen.value("token", "");
    tokens[token] += seen.value("count", uint64_t{0});
    auto ends = end_by_the_authority(token);
    auto on_its_way = seen.value("expires_at_ms", int64_t{0}) - ends;
    if (seen.value("last_asked_ms", int64_t{0}) >= ends)
      ++(on_its_way > min_validity.count() ? late : dead);
    else if (seen.value("last_answered_ms", int64_t{0}) >= ends)
      ++in_flight;
  }
};

} // namespace

TEST(many_processes,
     given_8_with_100_callers_each_when_a_token_rotates_200_times_then_one_request_each_and_all_answered) {
  fleet_settings settings;
  settings.authority.access_token_ttl = token_life;
  settings.authority.delay = milliseconds{20};
  settings.arguments = {"--backoff-min", "100"};
  fleet all{settings};
  auto family = all.log_in();
  all.start_all(process_count);
  ASSERT_TRUE(all.are_ready());
  for (size_t i = 0; i < all.size(); ++i)
    all[i].tell({{"do", "loop"},
                 {"callers", callers_each},
                 {"min_validity_ms", min_validity.count()},
                 {"wait_ms", deadline.count()}});

  auto began = std::chrono::steady_clock::now();
  EXPECT_TRUE(eventually([&] { return all.authority().totals().issued >= rotations_wanted; }, seconds{240}))
      << "only " << all.authority().totals().issued << " rotations";
  auto took = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  sights seen;
  for (const auto& report : all.ask_all(command("end_loop")))
    seen.add(report);
  all.finish_all();

  auto counted = all.authority().stats();
  EXPECT_GE(counted.families[family - 1].rotations, rotations_wanted);
  EXPECT_EQ(counted.token_requests, counted.families[family - 1].rotations) << "one request for each rotation";
  EXPECT_EQ(counted.replays, 0u);
  EXPECT_TRUE(all.authority().is_alive(family));
  for (const auto& token : counted.tokens)
    EXPECT_EQ(token.received, token.spent ? 1u : 0u) << token.hash;
  auto stored = all.stored();
  EXPECT_EQ(stored.error.code, ec::none) << stored.error.message;
  EXPECT_TRUE(all.authority().is_current(stored.found.credential.refresh_token));

  EXPECT_EQ(seen.failed, 0u) << "no caller waits longer than its deadline, or hears an error: " << seen.errors;
  EXPECT_LT(seen.max_ms, static_cast<double>(deadline.count()));
  EXPECT_EQ(seen.dead, 0u) << "tokens that were over when they were asked for";
  std::printf("%zu processes, %zu callers each: %llu rotations in %.1f s, %llu requests, %llu replays; %llu answers, "
              "waits p99 %.1f ms, max %.1f ms; asked again %llu (%s); ended on the way: %llu, known too late: %llu\n",
              process_count, callers_each, static_cast<unsigned long long>(counted.families[family - 1].rotations),
              took, static_cast<unsigned long long>(counted.token_requests),
              static_cast<unsigned long long>(counted.replays), static_cast<unsigned long long>(seen.answers),
              seen.p99_ms, seen.max_ms, static_cast<unsigned long long>(seen.retried), seen.errors.c_str(),
              static_cast<unsigned long long>(seen.in_flight), static_cast<unsigned long long>(seen.late));
  RecordProperty("wait_max_ms", static_cast<int>(seen.max_ms));
  RecordProperty("wait_p99_ms", static_cast<int>(seen.p99_ms));
}

} // namespace breakwater::testing
