#include "breakwater/tools/storm/plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace breakwater::storm {

namespace {

storm_settings settings_of(size_t callers, ask_mix mix) {
  storm_settings settings;
  settings.callers = callers;
  settings.time = std::chrono::milliseconds{1000};
  settings.rate = 10;
  settings.mix = mix;
  return settings;
}

bool same(const std::vector<caller_plan>& a, const std::vector<caller_plan>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const caller_plan& x, const caller_plan& y) { return x.kind == y.kind && x.at == y.at; });
}

} // namespace

TEST(plan, given_any_settings_when_made_then_all_ask_at_once_first) {
  for (const auto& each : make_plans(settings_of(50, ask_mix::mixed))) {
    ASSERT_FALSE(each.at.empty());
    EXPECT_EQ(each.at.front().count(), 0);
  }
}

TEST(plan, given_a_rate_when_made_then_each_asks_so_often_and_in_order) {
  for (const auto& each : make_plans(settings_of(50, ask_mix::mixed))) {
    EXPECT_GE(each.at.size(), 9u);
    EXPECT_LE(each.at.size(), 11u);
    EXPECT_TRUE(std::is_sorted(each.at.begin(), each.at.end()));
    EXPECT_LT(each.at.back(), std::chrono::milliseconds{1000});
  }
}

TEST(plan, given_the_same_seed_when_made_twice_then_the_plans_are_the_same) {
  auto settings = settings_of(20, ask_mix::mixed);
  auto first = make_plans(settings);
  EXPECT_TRUE(same(first, make_plans(settings)));
  settings.seed = 2;
  EXPECT_FALSE(same(first, make_plans(settings)));
}

TEST(plan, given_a_mix_when_made_then_kinds_are_as_it_says) {
  auto count = [](ask_mix mix) {
    auto plans = make_plans(settings_of(100, mix));
    return std::count_if(plans.begin(), plans.end(), [](const auto& p) { return p.kind == ask_kind::token; });
  };
  EXPECT_EQ(count(ask_mix::mixed), 10);
  EXPECT_EQ(count(ask_mix::status), 0);
  EXPECT_EQ(count(ask_mix::token), 100);
}

} // namespace breakwater::storm
