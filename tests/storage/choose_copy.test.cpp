#include "breakwater/storage/choose_copy.hpp"

#include <gtest/gtest.h>

namespace breakwater::testing {

namespace {

wall_time at(int seconds) { return seconds ? wall_time{std::chrono::seconds{seconds}} : unknown_time; }

found_copy copy(const std::string& name, int refreshed, int written) {
  found_copy made;
  made.credential.method = auth_method::oauth;
  made.credential.refresh_token = secret{"refresh-" + name};
  made.credential.refreshed_at = at(refreshed);
  made.written = at(written);
  return made;
}

ledger entry(const std::string& name, token_fate fate) {
  ledger_entry made;
  made.refresh_token = hash_of(secret{"refresh-" + name});
  made.fate = fate;
  return {made};
}

bool file_wins(const found_copy& file, const found_copy& keyring, const ledger& entries = {}) {
  return choose_copy(file, keyring, entries).file_wins;
}

} // namespace

TEST(choose_copy, given_one_credential_when_chosen_then_it_wins_without_a_word) {
  EXPECT_TRUE(file_wins(copy("a", 1, 1), {}));
  EXPECT_FALSE(file_wins({}, copy("a", 1, 1)));
  EXPECT_TRUE(choose_copy(copy("a", 1, 1), {}, {}).reason.empty());
  EXPECT_TRUE(choose_copy(copy("a", 1, 1), copy("a", 1, 2), {}).reason.empty());
}

TEST(choose_copy, given_a_condemned_token_when_chosen_then_it_loses_whatever_the_dates_say) {
  for (auto fate : {token_fate::spent, token_fate::refused}) {
    EXPECT_TRUE(file_wins(copy("a", 1, 1), copy("b", 9, 9), entry("b", fate)));
    EXPECT_FALSE(file_wins(copy("a", 9, 9), copy("b", 1, 1), entry("a", fate)));
  }
  for (auto fate : {token_fate::sent, token_fate::in_doubt})
    EXPECT_FALSE(file_wins(copy("a", 1, 1), copy("b", 9, 9), entry("b", fate))) << "that one may be alive";
}

TEST(choose_copy, given_two_living_tokens_when_chosen_then_the_later_refresh_wins_then_the_later_writing) {
  EXPECT_TRUE(file_wins(copy("a", 2, 1), copy("b", 1, 9)));
  EXPECT_FALSE(file_wins(copy("a", 1, 9), copy("b", 2, 1)));
  EXPECT_FALSE(file_wins(copy("a", 0, 1), copy("b", 5, 9)));
  EXPECT_TRUE(file_wins(copy("a", 0, 9), copy("b", 5, 1)));
  EXPECT_TRUE(file_wins(copy("a", 5, 1), copy("b", 5, 1))) << "somebody put it there";
  EXPECT_NE(choose_copy(copy("a", 2, 1), copy("b", 1, 9), {}).reason, "");
}

TEST(choose_copy, given_two_condemned_tokens_when_chosen_then_the_dates_decide) {
  auto both = entry("a", token_fate::spent);
  both.push_back(entry("b", token_fate::refused).front());
  EXPECT_TRUE(file_wins(copy("a", 2, 1), copy("b", 1, 1), both));
}

} // namespace breakwater::testing
