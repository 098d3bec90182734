#include "breakwater/tools/storm/percentile.hpp"

#include <gtest/gtest.h>

namespace breakwater::storm {

namespace {

std::vector<latency> numbers_to(int64_t last) {
  std::vector<latency> all;
  for (int64_t i = last; i >= 1; --i)
    all.push_back({duration{i}});
  sort_latencies(all);
  return all;
}

} // namespace

TEST(percentile, given_a_hundred_values_when_asked_then_it_is_exact) {
  auto all = numbers_to(100);
  EXPECT_EQ(percentile_of(all, 50).value.count(), 50);
  EXPECT_EQ(percentile_of(all, 99).value.count(), 99);
  EXPECT_EQ(percentile_of(all, 100).value.count(), 100);
}

TEST(percentile, given_few_values_when_asked_then_the_nearest_rank_above_counts) {
  auto all = numbers_to(3);
  EXPECT_EQ(percentile_of(all, 50).value.count(), 2);
  EXPECT_EQ(percentile_of(all, 99).value.count(), 3);
  EXPECT_EQ(percentile_of(numbers_to(1), 50).value.count(), 1);
}

TEST(percentile, given_nothing_when_asked_then_zero) { EXPECT_EQ(percentile_of({}, 99), latency{}); }

TEST(percentile, given_an_open_ask_below_when_asked_then_it_is_a_lower_bound) {
  std::vector<latency> all{{duration{30}}, {duration{10}, true}, {duration{20}}, {duration{40}, true}};
  sort_latencies(all);
  EXPECT_EQ(percentile_of(all, 50), (latency{duration{20}, true}));
}

TEST(percentile, given_open_asks_only_above_when_asked_then_it_is_exact) {
  std::vector<latency> all{{duration{10}}, {duration{20}}, {duration{30}}, {duration{40}, true}};
  EXPECT_EQ(percentile_of(all, 50), (latency{duration{20}, false}));
  EXPECT_EQ(percentile_of(all, 99), (latency{duration{40}, true}));
}

} // namespace breakwater::storm
