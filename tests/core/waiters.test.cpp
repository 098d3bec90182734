#include "breakwater/core/waiters.hpp"

#include <gtest/gtest.h>

using namespace breakwater;
using namespace std::chrono_literals;

namespace {

constexpr instant t0{};

TEST(waiters, given_mixed_deadlines_when_time_passes_then_each_leaves_once_and_in_time) {
  waiters all;
  all.add({1}, t0 + 3s);
  all.add({2}, t0 + 1s);
  all.add({3}, t0 + 2s);
  EXPECT_EQ(all.next_deadline(), t0 + 1s);
  auto first = all.extract_overdue(t0 + 2s);
  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(first[0].who, 2u);
  EXPECT_EQ(first[1].who, 3u);
  EXPECT_EQ(all.size(), 1u);
  EXPECT_EQ(all.next_deadline(), t0 + 3s);
}

TEST(waiters, given_some_answered_when_asked_for_the_next_deadline_then_only_open_ones_count) {
  waiters all;
  for (waiter_id who = 1; who <= 100; ++who)
    all.add({who}, t0 + std::chrono::seconds{who});
  auto gone = all.extract_if([](const waiter& w) { return w.who <= 90; });
  EXPECT_EQ(gone.size(), 90u);
  EXPECT_EQ(all.next_deadline(), t0 + 91s);
  EXPECT_LE(all.list().size(), 20u) << "closed ones are forgotten";
  EXPECT_TRUE(all.extract_overdue(t0 + 90s).empty());
  EXPECT_EQ(all.extract_overdue(t0 + 200s).size(), 10u);
  EXPECT_TRUE(all.empty());
  EXPECT_EQ(all.next_deadline(), std::nullopt);
}

TEST(waiters, given_all_answered_when_new_ones_come_then_old_deadlines_do_not_touch_them) {
  waiters all;
  all.add({1}, t0 + 1s);
  all.extract_if([](const waiter&) { return true; });
  all.add({2}, t0 + 5s);
  EXPECT_TRUE(all.extract_overdue(t0 + 2s).empty());
  EXPECT_EQ(all.size(), 1u);
}

} // namespace
