#include "breakwater/actors/system_config.hpp"
#include "breakwater/tools/storm/run.hpp"
#include "breakwater/tools/storm/table.hpp"
#include "breakwater/tools/storm/verdict_on_row.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace breakwater::storm {

namespace {

using std::chrono::milliseconds;
using testing::IsEmpty;

storm_settings small() {
  storm_settings settings;
  settings.callers = 40;
  settings.time = milliseconds{250};
  settings.rate = 8;
  return settings;
}

/// Whole storms, over real HTTP on loopback.
class storm_rows : public testing::Test {
protected:
  row storm(std::string_view scenario, policy_kind policy, const storm_settings& settings = small()) {
    auto ran = run_storm(system_, *find_scenario(scenario), policy, settings, {});
    EXPECT_TRUE(ran.measured) << ran.problem;
    auto measured = ran.measured.value_or(row{});
    if (ran.measured)
      std::printf("%s", render_table({measured}, false).c_str());
    return measured;
  }

private:
  breakwater::system_config config_;
  caf::actor_system system_{config_};
};

class breakwater_rows : public storm_rows, public testing::WithParamInterface<size_t> {};

} // namespace

TEST_P(breakwater_rows, given_a_storm_when_breakwater_holds_the_credential_then_the_row_has_no_fault) {
  auto name = scenarios()[GetParam()].name;
  auto r = storm(name, policy_kind::breakwater);
  EXPECT_THAT(faults_of(r), IsEmpty());
  EXPECT_GE(r.asked, 40u);
  EXPECT_EQ(r.requests, 1u);
}

TEST_P(breakwater_rows, given_an_expired_token_when_all_want_one_then_the_row_has_no_fault_either) {
  auto settings = small();
  settings.mix = ask_mix::token;
  auto r = storm(scenarios()[GetParam()].name, policy_kind::breakwater, settings);
  EXPECT_THAT(faults_of(r), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(all, breakwater_rows, testing::Range(size_t{0}, scenarios().size()), [](const auto& tested) {
  std::string name{scenarios()[tested.param].name};
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST_F(storm_rows, given_rotation_when_naive_then_replays_and_a_revoked_family) {
  auto r = storm("rotation", policy_kind::naive);
  EXPECT_GT(r.requests, 30u);
  EXPECT_GT(r.replays, 0u);
  EXPECT_FALSE(r.family_alive);
  EXPECT_FALSE(r.token_kept);
}

TEST_F(storm_rows, given_rotation_when_serial_then_one_request_after_another_and_open_asks) {
  auto r = storm("rotation", policy_kind::serial);
  EXPECT_GT(r.requests, 2u);
  EXPECT_EQ(r.replays, 0u);
  EXPECT_TRUE(r.family_alive);
  EXPECT_TRUE(r.token_kept);
  EXPECT_GT(r.open, 0u);
  EXPECT_TRUE(r.p99.open);
}

TEST_F(storm_rows, given_a_refusal_when_naive_or_serial_then_requests_go_on_after_it) {
  for (auto name : {"refused-reused", "refused-expired", "refused-revoked"})
    for (auto policy : {policy_kind::naive, policy_kind::serial})
      EXPECT_GT(storm(name, policy).requests_after_poison, 0u) << name << " " << name_of(policy);
}

TEST_F(storm_rows, given_an_unavailable_authority_when_naive_or_serial_then_they_ask_all_the_same) {
  EXPECT_GT(storm("unavailable", policy_kind::naive).requests, 30u);
  EXPECT_GT(storm("unavailable", policy_kind::serial).requests, 2u);
}

TEST_F(storm_rows, given_a_lost_answer_when_naive_or_serial_then_the_next_one_is_a_replay) {
  for (auto policy : {policy_kind::naive, policy_kind::serial}) {
    auto r = storm("lost-answer", policy);
    EXPECT_GT(r.replays, 0u) << name_of(policy);
    EXPECT_FALSE(r.family_alive) << name_of(policy);
  }
}

TEST_F(storm_rows, given_no_refresh_token_in_the_answer_when_naive_then_the_old_one_is_lost) {
  EXPECT_FALSE(storm("no-refresh-token", policy_kind::naive).token_kept);
  EXPECT_TRUE(storm("no-refresh-token", policy_kind::serial).token_kept);
}

TEST_F(storm_rows, given_a_slow_authority_when_serial_then_callers_with_a_valid_token_wait) {
  auto r = storm("slow-authority", policy_kind::serial);
  EXPECT_GT(r.valid_waited, 0u);
  EXPECT_THAT(faults_of(r), testing::Contains(testing::HasSubstr("callers with a valid token waited")));
}

TEST_F(storm_rows, given_a_login_during_a_flight_when_naive_or_serial_then_it_is_overwritten) {
  for (auto policy : {policy_kind::naive, policy_kind::serial})
    EXPECT_FALSE(storm("login-in-flight", policy).token_kept) << name_of(policy);
}

TEST_F(storm_rows, given_another_process_refreshed_when_naive_then_the_family_dies_all_the_same) {
  EXPECT_FALSE(storm("other-process", policy_kind::naive).family_alive);
}

TEST_F(storm_rows, given_an_interrupt_when_a_storm_runs_then_it_ends_without_a_row) {
  onlooker impatient;
  impatient.interrupted = [] { return true; };
  breakwater::system_config config;
  caf::actor_system system{config};
  for (auto policy : policy_kinds) {
    auto ran = run_storm(system, *find_scenario("slow-authority"), policy, small(), impatient);
    EXPECT_FALSE(ran.measured);
    EXPECT_EQ(ran.problem, "");
  }
}

} // namespace breakwater::storm
