#include "breakwater/tools/storm/process_storm.hpp"

#include "breakwater/tools/storm/table.hpp"
#include "breakwater/tools/storm/verdict_on_row.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace breakwater::storm {

namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::IsEmpty;

storm_settings small() {
  storm_settings settings;
  settings.callers = 41;
  settings.time = milliseconds{250};
  settings.rate = 8;
  return settings;
}

row storm_of(size_t processes, policy_kind policy, const storm_settings& settings = small()) {
  auto ran = run_process_storm(processes, policy, settings, {}, BREAKWATER_STORM);
  EXPECT_TRUE(ran.measured) << ran.problem;
  auto measured = ran.measured.value_or(row{&many_processes()});
  std::printf("%s", render_table({measured}, false).c_str());
  return measured;
}

} // namespace

TEST(process_storm, given_4_processes_with_breakwater_when_all_refresh_at_once_then_one_request_and_no_fault) {
  auto r = storm_of(4, policy_kind::breakwater);
  EXPECT_THAT(faults_of(r), IsEmpty());
  EXPECT_EQ(r.processes, 4u);
  EXPECT_EQ(r.callers, 41u) << "dealt to the processes, none lost";
  EXPECT_EQ(r.requests, 1u);
}

TEST(process_storm, given_an_expired_token_when_all_processes_want_one_then_one_request_and_no_fault) {
  auto settings = small();
  settings.mix = ask_mix::token;
  auto r = storm_of(4, policy_kind::breakwater, settings);
  EXPECT_THAT(faults_of(r), IsEmpty());
  EXPECT_EQ(r.requests, 1u);
}

TEST(process_storm, given_processes_that_each_have_a_lock_of_their_own_then_the_session_is_lost) {
  auto settings = small();
  settings.mix = ask_mix::status;
  for (auto policy : {policy_kind::naive, policy_kind::serial}) {
    auto r = storm_of(4, policy, settings);
    EXPECT_GT(r.requests, 1u) << name_of(policy);
    EXPECT_GT(r.replays, 0u) << name_of(policy);
    EXPECT_FALSE(r.family_alive) << name_of(policy);
  }
}

TEST(process_storm, given_a_program_that_cannot_be_started_or_is_another_then_that_is_said) {
  auto missing = run_process_storm(2, policy_kind::breakwater, small(), {}, "/nowhere/breakwater-storm");
  EXPECT_FALSE(missing.measured);
  EXPECT_THAT(missing.problem, HasSubstr("/nowhere/breakwater-storm: cannot be started"));
  auto other = run_process_storm(2, policy_kind::breakwater, small(), {}, "/bin/true");
  EXPECT_FALSE(other.measured);
  EXPECT_THAT(other.problem, HasSubstr("ended before its time"));
}

TEST(process_storm, given_an_interrupt_when_it_runs_then_it_ends_without_a_row_and_without_a_problem) {
  onlooker who;
  who.interrupted = [] { return true; };
  auto ran = run_process_storm(2, policy_kind::breakwater, small(), who, BREAKWATER_STORM);
  EXPECT_FALSE(ran.measured);
  EXPECT_EQ(ran.problem, "");
}

} // namespace breakwater::storm
