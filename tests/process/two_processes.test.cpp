#include "breakwater/tests/process/fleet.hpp"

#include <gtest/gtest.h>

#include <cstdio>

namespace breakwater::testing {

/// What two processes of a program without a lease do to each other: 2 requests in each round, and at most one of 30
/// grants alive in the end.
TEST(two_processes, given_one_auth_json_when_both_refresh_at_once_30_times_then_30_requests_and_30_grants_alive) {
  fleet_settings settings;
  settings.authority.delay = milliseconds{50};
  fleet all{settings};
  all.log_in();
  all.start_all(2);
  ASSERT_TRUE(all.are_ready());
  size_t alive = 0;
  for (uint64_t round = 1; round <= 30; ++round) {
    auto grant = all.authority().issue(fleet_account);
    ASSERT_TRUE(all.store_login(grant));
    for (const auto& each : all.ask_all(command("reload")))
      ASSERT_TRUE(each.contains("outcome")) << each;
    auto seen = all.ask_all(command("status"));
    std::vector<int> ids;
    for (size_t i = 0; i < all.size(); ++i)
      ids.push_back(all[i].tell({{"do", "refresh"}, {"observed", seen[i]["generation"]}}));
    for (size_t i = 0; i < all.size(); ++i) {
      auto answer = all[i].answers_to(ids[i]);
      ASSERT_EQ(answer.size(), 1u);
      EXPECT_NE(answer[0].value("generation", nlohmann::json{}), seen[i]["generation"]) << answer << round;
    }
    EXPECT_EQ(all.authority().totals().token_requests, round);
    EXPECT_TRUE(all.authority().is_current(all.stored().found.credential.refresh_token)) << "round " << round;
    alive += all.authority().is_alive(grant.family);
  }
  auto counted = all.authority().totals();
  EXPECT_EQ(alive, 30u);
  EXPECT_EQ(counted.token_requests, 30u);
  EXPECT_EQ(counted.replays, 0u);
  std::printf("30 rounds of 2 processes: %llu requests, %llu replays, %zu of 30 grants alive\n",
              static_cast<unsigned long long>(counted.token_requests), static_cast<unsigned long long>(counted.replays),
              alive);
  all.finish_all();
}

} // namespace breakwater::testing
