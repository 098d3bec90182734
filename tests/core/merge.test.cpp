#include "breakwater/core/merge.hpp"

#include "breakwater/tests/core/machine_driver.hpp"

#include <gtest/gtest.h>

using namespace breakwater;
using namespace std::chrono_literals;

namespace {

const moment now{instant{1h}, wall_time{1'800'000'000s}, 0};

// {"sub":"alice"} and {"sub":"bob"}, {"exp":1800003600,"iat":1800000000}: unsigned, as no signature is read.
constexpr const char* alices = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.eA";
constexpr const char* bobs = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJib2IifQ.eA";
constexpr const char* dated = "eyJhbGciOiJub25lIn0.eyJleHAiOjE4MDAwMDM2MDAsImlhdCI6MTgwMDAwMDAwMH0.eA";

TEST(merge, given_an_answer_without_some_tokens_when_merged_then_the_old_ones_stay) {
  auto before = login_of("alice", "r1", "a1", now.wall);
  before.id_token = secret{"id1"};
  auto after = merge(before, issued("a2", "", 600s), now, span{0});
  ASSERT_TRUE(after);
  EXPECT_EQ(after->access_token, secret{"a2"});
  EXPECT_EQ(after->refresh_token, secret{"r1"});
  EXPECT_EQ(after->id_token, secret{"id1"});
  EXPECT_EQ(after->expires_at, now.wall + 600s);
  EXPECT_EQ(after->refreshed_at, now.wall);
}

TEST(merge, given_tokens_of_another_subject_when_merged_then_nothing_is_taken) {
  auto before = login_of("", "r1", "a1", now.wall);
  before.id_token = secret{alices};
  auto answer = issued("a2", "r2");
  answer.id_token = secret{bobs};
  EXPECT_FALSE(merge(before, answer, now, span{0}));
  answer.id_token = secret{alices};
  EXPECT_TRUE(merge(before, answer, now, span{0}));
}

TEST(merge, given_no_expires_in_when_merged_then_the_jwt_says_it_corrected_by_the_skew) {
  auto answer = issued(dated, "r2", -1s);
  auto after = merge(login_of("alice", "r1", "a1", now.wall), answer, now, span{600s});
  ASSERT_TRUE(after);
  EXPECT_EQ(after->expires_at, now.wall + 3600s - 600s);
}

TEST(merge, given_a_life_below_a_second_when_merged_then_every_millisecond_of_it_counts) {
  auto after = merge(login_of("alice", "r1", "a1", now.wall), issued("a2", "r2", 300ms), now, span{0});
  ASSERT_TRUE(after);
  EXPECT_EQ(after->expires_at, now.wall + 300ms);
  EXPECT_EQ(life_of(*after), span{300ms});
}

TEST(merge, given_an_absurd_life_when_merged_then_it_fits_our_clocks) {
  auto after = merge(login_of("alice", "r1", "a1", now.wall), issued("a2", "r2", std::chrono::milliseconds::max()), now,
                     span{0});
  ASSERT_TRUE(after);
  EXPECT_GT(after->expires_at, now.wall + 24h * 365);
}

TEST(enrich, given_no_account_when_two_read_the_same_store_then_both_find_the_same_login_id) {
  auto one = enrich(login_of("", "r1", "a1", now.wall), span{0});
  auto two = enrich(login_of("", "r1", "a7", now.wall), span{0});
  EXPECT_FALSE(one.login_id.empty());
  EXPECT_EQ(one.login_id, two.login_id);
  EXPECT_EQ(one.login_id.find("r1"), std::string::npos);
}

} // namespace
