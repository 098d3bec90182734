#include "breakwater/tools/storm/verdict_on_row.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sample_row.hpp"

namespace breakwater::storm {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

} // namespace

TEST(verdict_on_row, given_perfect_rows_when_judged_then_no_fault) {
  for (const auto& each : scenarios())
    EXPECT_THAT(faults_of(perfect_row(each.name)), IsEmpty()) << each.name;
}

TEST(verdict_on_row, given_a_second_request_when_judged_then_it_is_one_too_many) {
  for (const auto& each : scenarios()) {
    auto made = perfect_row(each.name);
    made.requests = 2;
    EXPECT_THAT(faults_of(made), ElementsAre(HasSubstr("2 requests reached the authority, 1 is right"))) << each.name;
  }
}

TEST(verdict_on_row, given_no_request_when_judged_then_nothing_was_shown) {
  auto made = perfect_row("rotation");
  made.requests = 0;
  EXPECT_THAT(faults_of(made), ElementsAre(HasSubstr("no request")));
}

TEST(verdict_on_row, given_a_long_row_when_judged_then_tokens_may_be_refreshed_again) {
  auto made = perfect_row("rotation");
  made.wall = std::chrono::seconds{25};
  made.requests = 3;
  EXPECT_THAT(faults_of(made), IsEmpty());
  made.requests = 4;
  EXPECT_EQ(faults_of(made).size(), 1u);
}

TEST(verdict_on_row, given_a_long_row_when_poisoned_or_in_doubt_then_one_request_it_stays) {
  for (auto name : {"refused-reused", "lost-answer"}) {
    auto made = perfect_row(name);
    made.wall = std::chrono::seconds{25};
    made.requests = 2;
    EXPECT_EQ(faults_of(made).size(), 1u) << name;
  }
}

TEST(verdict_on_row, given_one_fault_each_when_judged_then_it_is_named) {
  auto expect = [](void (*spoil)(row&), const char* words) {
    auto made = perfect_row("rotation");
    spoil(made);
    EXPECT_THAT(faults_of(made), ElementsAre(HasSubstr(words)));
  };
  expect([](row& r) { r.asked = 0; }, "nobody asked");
  expect([](row& r) { r.replays = 3; }, "3 of the requests were replays");
  expect([](row& r) { r.family_alive = false; }, "revoked");
  expect([](row& r) { r.token_kept = false; }, "lost");
  expect([](row& r) { r.requests_after_poison = 7; }, "7 requests after");
  expect([](row& r) { r.open = 2; }, "2 asks were not answered");
  expect([](row& r) { r.valid_waited = 20; }, "20 of 20 callers with a valid token waited");
  expect([](row& r) { r.without_token = 5; }, "5 answers held no token");
}

TEST(verdict_on_row, given_a_slow_authority_when_a_single_valid_caller_waited_then_it_is_a_fault) {
  auto made = perfect_row("slow-authority");
  made.delay = std::chrono::milliseconds{600};
  made.valid_waited = 1;
  EXPECT_EQ(faults_of(made).size(), 1u);
}

TEST(verdict_on_row, given_a_refusal_when_answers_hold_no_token_then_that_is_right) {
  auto made = perfect_row("refused-expired");
  made.without_token = 399;
  EXPECT_THAT(faults_of(made), IsEmpty());
}

TEST(verdict_on_row, given_an_expired_token_when_nothing_comes_in_its_place_then_answers_without_one_are_right) {
  auto made = perfect_row("lost-answer");
  made.without_token = 400;
  made.began_valid = false;
  EXPECT_THAT(faults_of(made), IsEmpty());
  auto other = perfect_row("rotation");
  other.without_token = 400;
  other.began_valid = false;
  EXPECT_EQ(faults_of(other).size(), 1u);
}

TEST(verdict_on_row, given_a_lost_answer_when_the_token_goes_out_of_use_then_it_is_a_fault) {
  auto made = perfect_row("lost-answer");
  made.without_token = 1;
  EXPECT_EQ(faults_of(made).size(), 1u);
}

} // namespace breakwater::storm
