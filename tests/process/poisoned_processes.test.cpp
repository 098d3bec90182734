#include "breakwater/tests/process/fleet.hpp"

#include <gtest/gtest.h>

namespace breakwater::testing {

namespace {

using std::chrono::seconds;

fleet_settings answering_after(milliseconds delay) {
  fleet_settings settings;
  settings.authority.delay = delay;
  return settings;
}

/// All of them show the poison, and no token.
void expect_poisoned(fleet& all) {
  for (const auto& each : all.ask_all({{"do", "status"}, {"token", true}, {"refresh", true}})) {
    EXPECT_EQ(each.value("health", ""), "poisoned");
    EXPECT_EQ(each.value("reason", ""), "reused");
    EXPECT_EQ(each.value("method", ""), "oauth") << "the method stays";
    EXPECT_EQ(each.value("account", ""), fleet_account);
    EXPECT_EQ(each.value("token", "?"), "") << "the token is withheld";
  }
  for (const auto* question : {"token", "refresh"})
    for (const auto& each : all.ask_all(command(question)))
      EXPECT_EQ(each.value("error", ""), "refresh_refused") << question;
}

} // namespace

TEST(poisoned_processes, given_a_dead_session_when_10_start_at_once_then_no_request_and_each_shows_why) {
  fleet all;
  auto family = all.log_in(milliseconds{0});
  all.authority().refuse(family, fake::answer::openai_reused);
  ASSERT_TRUE(all.start().is_ready());
  EXPECT_EQ(all[0].ask(command("refresh")).value("error", ""), "refresh_refused");
  EXPECT_EQ(all.authority().totals().token_requests, 1u);
  EXPECT_EQ(all[0].finish(), 0);

  all.restart(0);
  all.start_all(9);
  expect_poisoned(all);
  EXPECT_EQ(all.authority().totals().token_requests, 1u) << "none of the ten asks again";
  all.finish_all();
}

TEST(poisoned_processes, given_8_that_run_when_the_refresh_is_refused_then_one_request_in_all) {
  auto settings = answering_after(milliseconds{20});
  settings.authority.access_token_ttl = milliseconds{300};
  fleet all{settings};
  auto family = all.log_in();
  all.start_all(8);
  ASSERT_TRUE(all.are_ready());
  for (size_t i = 0; i < all.size(); ++i)
    all[i].tell({{"do", "loop"}, {"callers", 100}, {"pause_ms", 20}});
  ASSERT_TRUE(eventually([&] { return all.authority().totals().issued >= 3; })) << "all is well at first";
  all.authority().refuse(family, fake::answer::openai_reused);
  ASSERT_TRUE(eventually([&] { return all.authority().totals().refused >= 1; }));
  expect_poisoned(all);
  // Callers went on asking all the time.
  uint64_t heard = 0;
  for (const auto& report : all.ask_all(command("end_loop")))
    heard += report["failed"].value("refresh_refused", uint64_t{0});
  EXPECT_GE(heard, 800u) << "each caller hears of it";
  auto counted = all.authority().stats();
  EXPECT_EQ(counted.refused, 1u) << "one request is refused, by whomever it was made";
  EXPECT_EQ(counted.after_refusal, 0u);
  EXPECT_EQ(counted.token_requests, counted.families[family - 1].rotations + 1);
  EXPECT_EQ(counted.replays, 0u);
  all.finish_all();
}

TEST(poisoned_processes, given_a_poison_when_one_process_logs_in_then_all_have_the_new_token_without_a_request) {
  fleet all;
  auto family = all.log_in(milliseconds{0});
  all.authority().refuse(family, fake::answer::openai_reused);
  all.start_all(4);
  ASSERT_TRUE(all.are_ready());
  EXPECT_EQ(all[0].ask(command("refresh")).value("error", ""), "refresh_refused");
  expect_poisoned(all);
  auto grant = all.authority().issue(fleet_account);
  EXPECT_EQ(all[3].ask(login_command(grant)).value("health", ""), "ok");
  for (size_t i = 0; i < all.size(); ++i)
    EXPECT_TRUE(eventually([&] {
      return all[i].ask(command("token")).value("token", "") == std::string{grant.access_token.reveal()};
    })) << i;
  EXPECT_EQ(all.authority().totals().token_requests, 1u);
  all.finish_all();
}

} // namespace breakwater::testing
