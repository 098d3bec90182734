#include "breakwater/core/refresh_policy.hpp"

#include <gtest/gtest.h>

using namespace breakwater;
using namespace std::chrono_literals;

namespace {

const auth_settings defaults;
const moment now{instant{1h}, wall_time{1'800'000'000s}, 0};
constexpr uint64_t longest = 1023; // of the jitter

TEST(refresh_policy, given_failures_in_a_row_when_backing_off_then_it_doubles_from_1_s_to_5_min) {
  EXPECT_EQ(next_backoff(1, longest, defaults), 1s);
  EXPECT_EQ(next_backoff(2, longest, defaults), 2s);
  EXPECT_EQ(next_backoff(5, longest, defaults), 16s);
  EXPECT_EQ(next_backoff(9, longest, defaults), 256s);
  EXPECT_EQ(next_backoff(10, longest, defaults), 5min);
  EXPECT_EQ(next_backoff(4'000'000'000, longest, defaults), 5min);
}

TEST(refresh_policy, given_any_random_number_when_backing_off_then_the_jitter_is_full_and_never_nothing) {
  span least = 1h, most{};
  for (uint64_t random = 0; random < 1024; ++random) {
    auto pause = next_backoff(4, random, defaults);
    least = std::min(least, pause);
    most = std::max(most, pause);
  }
  EXPECT_EQ(most, 8s);
  EXPECT_EQ(least, 100ms);
}

TEST(refresh_policy, given_retry_after_when_pausing_then_it_is_obeyed_up_to_an_hour) {
  EXPECT_EQ(pause_after(120s, 1, 0, defaults), 120s);
  EXPECT_EQ(pause_after(86400s, 1, 0, defaults), 1h);
  EXPECT_EQ(pause_after(0s, 1, 0, defaults), 100ms);
  EXPECT_EQ(pause_after(-1s, 1, longest, defaults), 1s);
}

TEST(refresh_policy, given_a_long_life_when_refreshing_ahead_then_5_min_before_and_a_little_earlier) {
  auto ends = instant{10h};
  for (uint64_t random : {0ull, 500ull, 1023ull}) {
    auto early = early_instant(ends, span{8h}, random, defaults);
    EXPECT_LE(early, ends - 5min);
    EXPECT_GE(early, ends - 5min - 30s);
  }
}

TEST(refresh_policy, given_a_short_life_when_refreshing_ahead_then_a_tenth_of_it_before) {
  auto early = early_instant(instant{10h}, span{100s}, longest, defaults);
  EXPECT_EQ(early, instant{10h} - 11s);
}

TEST(refresh_policy, given_a_life_below_a_second_when_refreshing_ahead_then_still_a_tenth_of_it_before) {
  for (uint64_t random : {0ull, 500ull, 1023ull}) {
    auto early = early_instant(instant{10h}, span{300ms}, random, defaults);
    EXPECT_LT(early, instant{10h} - 30ms);
    EXPECT_GE(early, instant{10h} - 33ms);
  }
}

TEST(refresh_policy, given_a_token_in_doubt_when_its_access_token_lives_then_its_end_is_waited_for) {
  ledger_entry entry{.fate = token_fate::in_doubt, .first_sent = now.wall, .last_sent = now.wall};
  EXPECT_EQ(rule_on_doubt(entry, {now.at + 30min, false}, now, defaults).try_at, now.at + 30min);
  EXPECT_EQ(rule_on_doubt(entry, {now.at + 30min, true}, now, defaults).try_at, now.at + 60s);
  EXPECT_EQ(rule_on_doubt(entry, {now.at - 30min, false}, now, defaults).try_at, now.at + 60s);
  EXPECT_EQ(rule_on_doubt(entry, {std::nullopt, false}, now, defaults).try_at, std::nullopt);
}

TEST(refresh_policy, given_a_token_in_doubt_when_it_has_a_pause_then_that_counts_too) {
  ledger_entry entry{.fate = token_fate::in_doubt, .first_sent = now.wall, .last_sent = now.wall};
  entry.next_try = now.wall + 10min;
  EXPECT_EQ(rule_on_doubt(entry, {now.at, false}, now, defaults).try_at, now.at + 10min);
}

TEST(refresh_policy, given_a_note_from_the_future_when_the_clock_was_set_back_then_waits_count_from_when_it_was_seen) {
  ledger_entry entry{.fate = token_fate::in_doubt, .first_sent = now.wall + 24h, .last_sent = now.wall + 24h};
  EXPECT_EQ(rule_on_doubt(entry, {now.at - 1h, false, now.at}, now, defaults).try_at, now.at + 60s);
  entry.next_try = entry.last_sent + 10min;
  EXPECT_EQ(rule_on_doubt(entry, {now.at - 1h, false, now.at}, now, defaults).try_at, now.at + 10min);
}

TEST(refresh_policy, given_a_grace_shorter_than_settle_when_in_doubt_then_it_is_of_no_use) {
  auto settings = defaults;
  settings.replay_grace = 30s;
  ledger_entry entry{.fate = token_fate::in_doubt, .first_sent = now.wall, .last_sent = now.wall};
  EXPECT_EQ(rule_on_doubt(entry, {now.at + 30min, false}, now, settings).try_at, now.at + 30min);
  settings.replay_grace = 90s;
  auto ruling = rule_on_doubt(entry, {now.at + 30min, false}, now, settings);
  EXPECT_EQ(ruling.try_at, now.at + 60s);
  EXPECT_TRUE(ruling.by_grace);
}

} // namespace
