#include "breakwater/tests/fault/fault_home.hpp"
#include "breakwater/tests/fault/foreign_writer.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include <unistd.h>

namespace breakwater::testing {

namespace {

using std::chrono::milliseconds;
using clock = std::chrono::steady_clock;

std::string text_of(const secret& token) { return std::string{token.reveal()}; }

/// A real program on a real file, and another program that writes it.
class foreign_writes : public ::testing::Test {
protected:
  explicit foreign_writes(fake::server_options with = {}) : home_{std::move(with)}, subject_{home_.options()} {}

  nlohmann::json status() { return status_of(subject_); }
  nlohmann::json token() { return subject_.ask({{"do", "token"}}); }
  nlohmann::json refresh() { return subject_.ask({{"do", "refresh"}, {"observed", status()["generation"]}}); }
  /// Nobody asks for a refresh: the status is only looked at.
  bool status_becomes(const char* field, const std::string& value) {
    return comes_true([&] { return status()[field] == value; });
  }
  void write(const fake::grant& login, foreign_way way = foreign_way::under_locks) {
    write_as(way, home_.file(), document_of(login));
  }
  std::string file() const { return read_text(home_.file()); }
  /// The authority refuses our refresh token for good.
  void become_poisoned() {
    ASSERT_EQ(status()["token"], home_.first_access_token());
    ASSERT_TRUE(home_.authority().refuse(home_.login().family, fake::answer::invalid_grant));
    ASSERT_EQ(refresh()["error"], "refresh_refused");
    ASSERT_EQ(status()["health"], "poisoned");
    ASSERT_EQ(status()["token"], "");
  }

  fault_home home_;
  subject_process subject_;
};

fake::server_options that_only_rejects() {
  fake::server_options with;
  with.authority.on_reuse = fake::reuse::reject;
  return with;
}

struct foreign_writes_to_a_lenient_authority : foreign_writes {
  foreign_writes_to_a_lenient_authority() : foreign_writes{that_only_rejects()} {}
};

} // namespace

// -- a new credential of the same account -----------------------------------------------------------------------------

TEST_F(foreign_writes, given_new_tokens_of_the_account_when_written_in_any_way_then_adopted_without_being_asked) {
  ASSERT_EQ(status()["token"], home_.first_access_token());
  for (auto way : {foreign_way::in_place, foreign_way::under_locks, foreign_way::renamed}) {
    auto login = home_.authority().issue();
    write(login, way);
    EXPECT_TRUE(status_becomes("token", text_of(login.access_token))) << static_cast<int>(way) << status();
    EXPECT_EQ(token()["token"], text_of(login.access_token));
  }
  EXPECT_EQ(home_.requests(), 0u);
}

TEST_F(foreign_writes_to_a_lenient_authority,
       given_our_flight_when_a_foreign_refresh_wins_then_the_loser_adopts_the_winners) {
  auto before = status();
  auto won = refresh_as_foreigner(home_.authority(), home_.first_refresh_token());
  ASSERT_FALSE(won.refresh_token.empty());
  home_.authority().script({.delay = milliseconds{300}});
  auto asked = subject_.tell({{"do", "refresh"}, {"observed", before["generation"]}, {"count", 50}});
  ASSERT_TRUE(comes_true([&] { return home_.authority().totals().token_requests == 2; })) << "ours is on its way";
  fake::grant winner;
  winner.access_token = secret{won.access_token};
  winner.refresh_token = secret{won.refresh_token};
  winner.id_token = secret{won.id_token};
  winner.account = home_.login().account;
  write(winner, foreign_way::in_place);
  auto answers = subject_.answers_to(asked);
  ASSERT_EQ(answers.size(), 50u);
  for (auto& answer : answers)
    EXPECT_TRUE(is_success(answer)) << answer;
  EXPECT_EQ(status()["token"], won.access_token);
  EXPECT_TRUE(status_becomes("health", "ok")) << status();
  EXPECT_EQ(home_.disk().refresh_token, won.refresh_token) << "the winner's stays";
  EXPECT_EQ(home_.requests(), 2u);
  // The loser's token is known to be dead, the winner's is good.
  EXPECT_TRUE(is_success(refresh()));
  EXPECT_EQ(home_.authority().totals().refused, 1u);
}

TEST_F(foreign_writes, given_our_flight_when_a_foreign_login_is_written_then_it_stays_and_ours_is_dropped) {
  auto before = status();
  home_.authority().script({.delay = milliseconds{300}});
  auto asked = subject_.tell({{"do", "refresh"}, {"observed", before["generation"]}});
  ASSERT_TRUE(comes_true([&] { return home_.authority().totals().token_requests == 1; }));
  auto login = home_.authority().issue();
  write(login);
  EXPECT_TRUE(is_success(subject_.answers_to(asked).at(0)));
  EXPECT_TRUE(status_becomes("health", "ok")) << status();
  EXPECT_EQ(status()["token"], text_of(login.access_token));
  EXPECT_EQ(home_.disk().refresh_token, text_of(login.refresh_token));
}

// -- another account --------------------------------------------------------------------------------------------------

TEST_F(foreign_writes, given_another_account_in_the_file_when_asked_then_nothing_is_mixed_until_reload) {
  ASSERT_EQ(status()["account"], "alice");
  auto bobs = home_.authority().issue("bob");
  for (auto way : {foreign_way::in_place, foreign_way::under_locks, foreign_way::renamed}) {
    write(bobs, way);
    auto text = file();
    EXPECT_EQ(refresh()["error"], "account_changed");
    EXPECT_EQ(token()["token"], home_.first_access_token());
    EXPECT_EQ(status()["account"], "alice");
    EXPECT_EQ(file(), text) << "not a byte of ours in theirs";
  }
  EXPECT_EQ(home_.requests(), 0u);
  EXPECT_EQ(subject_.ask({{"do", "reload"}})["outcome"], "changed");
  EXPECT_EQ(status()["account"], "bob");
  EXPECT_EQ(token()["token"], text_of(bobs.access_token));
}

TEST_F(foreign_writes, given_our_flight_when_another_account_logs_in_then_what_was_issued_is_not_written_over_it) {
  auto before = status();
  home_.authority().script({.delay = milliseconds{300}});
  auto asked = subject_.tell({{"do", "refresh"}, {"observed", before["generation"]}});
  ASSERT_TRUE(comes_true([&] { return home_.authority().totals().token_requests == 1; }));
  auto bobs = home_.authority().issue("bob");
  write(bobs);
  auto text = file();
  EXPECT_EQ(subject_.answers_to(asked).at(0)["error"], "account_changed");
  EXPECT_EQ(file(), text);
  EXPECT_EQ(status()["account"], "alice");
}

// -- half-written -----------------------------------------------------------------------------------------------------

TEST_F(foreign_writes, given_a_writer_with_a_pause_of_20_ms_when_looked_at_then_it_never_counts_as_unreadable) {
  ASSERT_EQ(status()["failure"], "none");
  int rounds = 0;
  for (int tries = 0; rounds < 10 && tries < 100; ++tries) {
    auto login = home_.authority().issue();
    auto began = clock::now();
    half_write writer{home_.file(), document_of(login)};
    std::this_thread::sleep_until(began + milliseconds{20});
    writer.complete();
    auto is_in_time = clock::now() - began < milliseconds{45}; // the machine may have been busy
    rounds += is_in_time;
    auto is_adopted = comes_true([&] {
      auto now = status();
      EXPECT_TRUE(!is_in_time || now["failure"] == "none") << now;
      return now["token"] == text_of(login.access_token);
    });
    ASSERT_TRUE(is_adopted) << status();
  }
  EXPECT_EQ(rounds, 10);
  EXPECT_EQ(home_.requests(), 0u);
}

TEST_F(foreign_writes, given_a_file_that_stays_half_when_completed_then_unreadable_meanwhile_and_all_is_well_after) {
  ASSERT_EQ(status()["failure"], "none");
  // The same tokens as before: nothing but the end of the trouble is news.
  half_write writer{home_.file(), document_of(home_.login())};
  EXPECT_EQ(subject_.ask({{"do", "reload"}})["error"], "store_unreadable");
  EXPECT_EQ(status()["failure"], "store_unreadable");
  EXPECT_EQ(token()["token"], home_.first_access_token());
  EXPECT_EQ(refresh()["error"], "store_unreadable");
  EXPECT_EQ(home_.requests(), 0u) << "nothing is sent while the store cannot be read";
  writer.complete();
  EXPECT_EQ(subject_.ask({{"do", "reload"}})["outcome"], "unchanged");
  EXPECT_EQ(status()["failure"], "none") << status();
  EXPECT_EQ(status()["token"], home_.first_access_token());
  EXPECT_TRUE(is_success(refresh()));
}

TEST_F(foreign_writes, given_a_file_that_stays_half_when_completed_with_new_tokens_then_adopted_without_being_asked) {
  ASSERT_EQ(status()["failure"], "none");
  auto login = home_.authority().issue();
  {
    half_write writer{home_.file(), document_of(login)};
    ASSERT_EQ(subject_.ask({{"do", "reload"}})["error"], "store_unreadable");
    EXPECT_EQ(token()["token"], home_.first_access_token());
    writer.complete();
  }
  EXPECT_TRUE(status_becomes("token", text_of(login.access_token))) << status();
  EXPECT_EQ(status()["failure"], "none");
}

// -- gone -------------------------------------------------------------------------------------------------------------

TEST_F(foreign_writes, given_a_deleted_file_when_asked_then_the_snapshot_stays_until_reload_which_logs_out) {
  ASSERT_EQ(status()["token"], home_.first_access_token());
  std::filesystem::remove(home_.file());
  EXPECT_EQ(refresh()["error"], "account_changed");
  EXPECT_EQ(token()["token"], home_.first_access_token());
  EXPECT_FALSE(std::filesystem::exists(home_.file())) << "a logout is not undone";
  EXPECT_EQ(home_.requests(), 0u);
  EXPECT_EQ(subject_.ask({{"do", "reload"}})["outcome"], "logged_out");
  EXPECT_EQ(status()["method"], "none");
  EXPECT_EQ(token()["error"], "logged_out");
}

// -- the poison -------------------------------------------------------------------------------------------------------

TEST_F(foreign_writes, given_a_poison_when_the_file_materially_changes_then_it_clears_at_once_without_being_asked) {
  become_poisoned();
  auto requests = home_.requests();
  auto login = home_.authority().issue();
  write(login, foreign_way::in_place);
  EXPECT_TRUE(status_becomes("health", "ok")) << status();
  EXPECT_EQ(status()["token"], text_of(login.access_token));
  EXPECT_EQ(home_.requests(), requests);
}

TEST_F(foreign_writes, given_a_poison_when_only_last_refresh_changes_then_it_stays) {
  become_poisoned();
  auto requests = home_.requests();
  for (auto way : {foreign_way::in_place, foreign_way::under_locks, foreign_way::renamed}) {
    write_as(way, home_.file(), document_of(home_.login(), "2026-11-11T11:11:11Z"));
    EXPECT_EQ(subject_.ask({{"do", "reload"}})["outcome"], "unchanged");
    EXPECT_EQ(status()["health"], "poisoned");
    EXPECT_EQ(status()["token"], "");
    EXPECT_EQ(refresh()["error"], "refresh_refused");
  }
  EXPECT_EQ(home_.requests(), requests);
}

} // namespace breakwater::testing
