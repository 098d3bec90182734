#include "breakwater/tools/authority/authority_model.hpp"

#include <gtest/gtest.h>

namespace breakwater::fake {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

wall_time at(milliseconds since_start) { return wall_time{seconds{1'700'000'000}} + since_start; }

struct model_test : testing::Test {
  authority_settings settings;
  std::optional<authority_model> made;

  authority_model& model() {
    if (!made)
      made.emplace(settings);
    return *made;
  }

  std::variant<token_set, refusal> refresh(const std::string& token, milliseconds when = {}, redeem_options how = {}) {
    model().receive(token);
    return model().redeem(token, how, at(when));
  }

  token_set issued(const std::string& token, milliseconds when = {}, redeem_options how = {}) {
    auto result = refresh(token, when, how);
    EXPECT_TRUE(std::holds_alternative<token_set>(result));
    auto* tokens = std::get_if<token_set>(&result);
    return tokens ? *tokens : token_set{};
  }

  std::optional<refusal> refused(const std::string& token, milliseconds when = {}) {
    auto result = refresh(token, when);
    auto* why = std::get_if<refusal>(&result);
    return why ? std::optional{*why} : std::nullopt;
  }
};

TEST_F(model_test, given_a_login_when_refreshed_then_a_new_pair_and_the_old_token_is_spent) {
  auto first = model().issue("alice", at({}));
  auto second = issued(first.refresh_token);
  EXPECT_TRUE(first.refresh_token != second.refresh_token);
  EXPECT_TRUE(first.access_token != second.access_token);
  EXPECT_EQ(second.account, "alice");
  EXPECT_FALSE(model().is_current(first.refresh_token, at({})));
  EXPECT_TRUE(model().is_current(second.refresh_token, at({})));
  EXPECT_TRUE(model().is_valid(first.access_token, at({}))) << "a refresh does not end the old access token";
}

TEST_F(model_test, given_strict_reuse_detection_when_a_spent_token_returns_then_the_whole_family_dies) {
  auto first = model().issue("alice", at({}));
  auto second = issued(first.refresh_token);
  EXPECT_EQ(refused(first.refresh_token), refusal::reused);
  EXPECT_FALSE(model().is_alive(first.family));
  EXPECT_FALSE(model().is_valid(second.access_token, at({})));
  EXPECT_EQ(refused(second.refresh_token), refusal::revoked);
  EXPECT_EQ(model().snapshot().families_revoked, 1u);
}

TEST_F(model_test, given_strict_reuse_detection_when_one_family_dies_then_the_others_live) {
  auto alice = model().issue("alice", at({})), other = model().issue("alice", at({}));
  issued(alice.refresh_token);
  EXPECT_EQ(refused(alice.refresh_token), refusal::reused);
  EXPECT_TRUE(model().is_alive(other.family));
  issued(other.refresh_token);
}

TEST_F(model_test, given_reject_only_when_a_spent_token_returns_then_the_newest_lives) {
  settings.on_reuse = reuse::reject;
  auto first = model().issue("alice", at({}));
  auto second = issued(first.refresh_token);
  EXPECT_EQ(refused(first.refresh_token), refusal::reused);
  EXPECT_TRUE(model().is_valid(second.access_token, at({})));
  issued(second.refresh_token);
}

TEST_F(model_test, given_a_grace_period_when_a_spent_token_returns_within_it_then_the_same_pair_again) {
  settings.on_reuse = reuse::grace;
  settings.grace = milliseconds{100};
  auto first = model().issue("alice", at({}));
  auto second = issued(first.refresh_token, milliseconds{10});
  auto again = issued(first.refresh_token, milliseconds{110});
  EXPECT_TRUE(again.refresh_token == second.refresh_token);
  EXPECT_TRUE(again.access_token == second.access_token);
  EXPECT_EQ(again.expires_in, second.expires_in - milliseconds{100}) << "it is no younger for being given again";
  EXPECT_EQ(model().snapshot().replays_in_grace, 1u);
  EXPECT_EQ(refused(first.refresh_token, milliseconds{111}), refusal::reused);
  EXPECT_FALSE(model().is_alive(first.family));
}

TEST_F(model_test, given_no_rotation_when_refreshed_twice_then_the_refresh_token_stays_good) {
  settings.rotate = rotation::keep;
  auto first = model().issue("alice", at({}));
  auto second = issued(first.refresh_token);
  EXPECT_TRUE(second.refresh_token == first.refresh_token);
  EXPECT_TRUE(second.access_token != first.access_token);
  issued(first.refresh_token);
  EXPECT_EQ(model().snapshot().replays, 0u);
}

TEST_F(model_test, given_an_answer_without_refresh_token_then_the_old_one_stays_good) {
  auto first = model().issue("alice", at({}));
  EXPECT_TRUE(issued(first.refresh_token, {}, {rotation::omit}).refresh_token.empty());
  EXPECT_TRUE(model().is_current(first.refresh_token, at({})));
}

TEST_F(model_test, given_the_same_tokens_again_then_nothing_changes_until_the_access_token_ends) {
  settings.rotate = rotation::same;
  settings.access_token_ttl = seconds{60};
  auto first = model().issue("alice", at({}));
  auto again = issued(first.refresh_token, seconds{59});
  EXPECT_TRUE(again.access_token == first.access_token);
  auto later = issued(first.refresh_token, seconds{60});
  EXPECT_TRUE(later.access_token != first.access_token);
  EXPECT_TRUE(model().is_valid(later.access_token, at(seconds{60})));
}

TEST_F(model_test, given_a_lifetime_when_it_is_over_then_the_access_token_is_invalid) {
  settings.access_token_ttl = seconds{60};
  auto first = model().issue("alice", at({}));
  EXPECT_TRUE(model().is_valid(first.access_token, at(milliseconds{59'999})));
  EXPECT_FALSE(model().is_valid(first.access_token, at(seconds{60})));
  EXPECT_FALSE(model().is_valid(model().issue("bob", at({}), seconds{-60}).access_token, at({})));
}

TEST_F(model_test, given_a_refresh_token_lifetime_when_it_is_over_then_expired) {
  settings.refresh_token_ttl = seconds{100};
  auto first = model().issue("alice", at({}));
  auto second = issued(first.refresh_token, seconds{99});
  EXPECT_EQ(refused(second.refresh_token, seconds{199}), refusal::expired);
  EXPECT_FALSE(model().is_current(second.refresh_token, at(seconds{199})));
}

TEST_F(model_test, given_an_unknown_token_then_refused_and_counted) {
  EXPECT_EQ(refused("never issued"), refusal::unknown);
  EXPECT_EQ(refused("never issued"), refusal::unknown);
  auto all = model().snapshot();
  EXPECT_EQ(all.unknown_tokens, 1u) << "a token is unknown once, and received twice";
  ASSERT_EQ(all.tokens.size(), 1u);
  EXPECT_EQ(all.tokens[0].received, 2u);
  EXPECT_EQ(model().family_of("never issued"), 0u);
}

TEST_F(model_test, given_other_account_then_the_tokens_name_it_and_the_family_keeps_its_own) {
  auto first = model().issue("alice", at({}));
  EXPECT_EQ(issued(first.refresh_token, {}, {std::nullopt, "mallory"}).account, "mallory");
  EXPECT_EQ(model().account_of(first.family), "alice");
}

TEST_F(model_test, given_receipts_then_each_token_replay_and_doomed_request_is_counted) {
  settings.on_reuse = reuse::reject;
  auto first = model().issue("alice", at({}));
  issued(first.refresh_token);
  EXPECT_EQ(refused(first.refresh_token), refusal::reused);
  model().note_refused(first.refresh_token);
  EXPECT_EQ(refused(first.refresh_token), refusal::reused);
  auto all = model().snapshot();
  EXPECT_EQ(all.replays, 2u);
  EXPECT_EQ(all.after_refusal, 1u);
  EXPECT_EQ(all.families.at(0).received, 3u);
  EXPECT_EQ(all.families.at(0).rotations, 1u);
  EXPECT_EQ(all.tokens.size(), 2u);
}

TEST_F(model_test, given_a_token_of_either_kind_when_revoked_then_its_family_ends) {
  auto one = model().issue("alice", at({})), two = model().issue("bob", at({}));
  EXPECT_TRUE(model().revoke(one.refresh_token));
  EXPECT_TRUE(model().revoke(two.access_token));
  EXPECT_FALSE(model().revoke("never issued"));
  EXPECT_FALSE(model().is_valid(one.access_token, at({})));
  EXPECT_EQ(refused(two.refresh_token), refusal::revoked);
}

TEST_F(model_test, given_a_condemned_family_then_no_refresh_and_the_access_token_lives_on) {
  auto first = model().issue("alice", at({}));
  EXPECT_TRUE(model().condemn(first.family, "openai-expired"));
  EXPECT_FALSE(model().condemn(99, "openai-expired"));
  EXPECT_EQ(refused(first.refresh_token), refusal::revoked);
  EXPECT_FALSE(model().is_current(first.refresh_token, at({})));
  EXPECT_TRUE(model().is_valid(first.access_token, at({})));
}

} // namespace
} // namespace breakwater::fake
