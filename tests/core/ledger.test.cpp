#include "breakwater/core/ledger.hpp"

#include <gtest/gtest.h>

using namespace breakwater;
using namespace std::chrono_literals;

namespace {

token_hash token(int number) { return hash_of(secret{"r" + std::to_string(number)}); }

TEST(ledger, given_more_tokens_than_it_holds_when_one_comes_then_a_harmless_one_goes_first) {
  ledger all;
  for (int i = 0; i < static_cast<int>(ledger_size_max); ++i)
    entry_of(all, token(i)).fate = i == 5 ? token_fate::sent : token_fate::refused;
  entry_of(all, token(100)).fate = token_fate::spent;
  EXPECT_EQ(all.size(), ledger_size_max);
  EXPECT_EQ(find_entry(all, token(5)), nullptr);
  EXPECT_NE(find_entry(all, token(0)), nullptr);
  entry_of(all, token(101)).fate = token_fate::spent;
  EXPECT_EQ(find_entry(all, token(0)), nullptr) << "then the oldest";
  EXPECT_NE(find_entry(all, token(101)), nullptr);
}

TEST(ledger, given_a_chain_of_refreshes_when_asked_then_every_later_token_is_a_successor) {
  ledger all;
  for (int i = 0; i < 3; ++i) {
    auto& entry = entry_of(all, token(i));
    entry.fate = token_fate::spent;
    entry.successor = token(i + 1);
  }
  EXPECT_TRUE(is_successor(all, token(3), token(0)));
  EXPECT_TRUE(is_successor(all, token(2), token(1)));
  EXPECT_FALSE(is_successor(all, token(0), token(3)));
  EXPECT_FALSE(is_successor(all, token(9), token(0)));
}

TEST(ledger, given_a_circle_when_asked_for_a_successor_then_it_ends) {
  ledger all;
  for (int i = 0; i < 2; ++i) {
    auto& entry = entry_of(all, token(i));
    entry.fate = token_fate::spent;
    entry.successor = token(1 - i);
  }
  EXPECT_FALSE(is_successor(all, token(7), token(0)));
}

TEST(ledger, given_a_dead_token_that_the_store_does_not_know_when_read_then_it_stays_dead) {
  ledger known, stored;
  entry_of(known, token(1)).fate = token_fate::spent;
  entry_of(known, token(2)).fate = token_fate::refused;
  entry_of(known, token(3)).fate = token_fate::in_doubt;
  entry_of(stored, token(2)).fate = token_fate::sent;
  auto& theirs = entry_of(stored, token(4));
  theirs.fate = token_fate::spent;
  auto after = with_known(stored, known);
  ASSERT_EQ(after.size(), 3u);
  EXPECT_TRUE(is_condemned(after, token(1)));
  EXPECT_TRUE(is_condemned(after, token(2)));
  EXPECT_EQ(find_entry(after, token(3)), nullptr) << "a doubt may have been settled";
  EXPECT_EQ(after.back().refresh_token, token(4)) << "the store's are newer";
}

TEST(ledger, given_a_full_ledger_when_read_then_the_tokens_sent_last_stay) {
  ledger old_news, news, stored;
  for (auto [known, at] : {std::pair{&old_news, 1s}, std::pair{&news, 1000s}}) {
    auto& entry = entry_of(*known, token(100));
    entry.fate = token_fate::spent;
    entry.last_sent = wall_time{at};
  }
  for (int i = 0; i < static_cast<int>(ledger_size_max); ++i) {
    auto& entry = entry_of(stored, token(i));
    entry.fate = token_fate::spent;
    entry.last_sent = wall_time{100s + std::chrono::seconds{i}};
  }
  EXPECT_EQ(with_known(stored, old_news), stored);
  auto after = with_known(stored, news);
  EXPECT_EQ(after.size(), ledger_size_max);
  EXPECT_TRUE(is_condemned(after, token(100)));
  EXPECT_FALSE(is_condemned(after, token(0)));
}

TEST(ledger, given_an_intent_when_its_token_is_unknown_then_it_is_in_doubt) {
  auto all = with_intent({}, {token(1), 7, wall_time{100s}});
  ASSERT_NE(find_entry(all, token(1)), nullptr);
  EXPECT_EQ(find_entry(all, token(1))->fate, token_fate::in_doubt);
  EXPECT_EQ(find_entry(all, token(1))->last_sent, wall_time{100s});
}

TEST(ledger, given_an_intent_when_the_fate_of_its_token_is_known_then_that_stays) {
  for (auto fate : {token_fate::spent, token_fate::refused}) {
    ledger all;
    entry_of(all, token(1)).fate = fate;
    auto after = with_intent(all, {token(1), 7, wall_time{100s}});
    EXPECT_EQ(after, all);
    EXPECT_TRUE(is_condemned(after, token(1)));
  }
}

} // namespace
