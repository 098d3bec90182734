#include "breakwater/tests/fault/disk_healing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace breakwater::testing {

namespace {

nlohmann::json login_command(const fake::grant& to) {
  return {{"do", "login"},
          {"account", to.account},
          {"access_token", std::string{to.access_token.reveal()}},
          {"refresh_token", std::string{to.refresh_token.reveal()}}};
}

/// Whoever removes the directory has logged out: nothing of the old login comes back, and a new one works.
void expect_logged_out_until_a_login(fault_home& home, subject_process& subject) {
  EXPECT_EQ(subject.ask({{"do", "reload"}})["outcome"], "logged_out");
  EXPECT_EQ(subject.ask({{"do", "refresh"}})["error"], "logged_out");
  EXPECT_EQ(home.disk().refresh_token, "");
  auto next = home.authority().issue();
  EXPECT_TRUE(is_success(subject.ask(login_command(next))));
  EXPECT_EQ(home.disk().refresh_token, next.refresh_token.reveal());
  expect_healed(home, subject);
}

} // namespace

TEST(disk_directory, given_it_is_removed_when_refreshed_then_nothing_is_sent_and_a_login_works) {
  fault_home home;
  subject_process subject{home.options()};
  EXPECT_EQ(status_of(subject)["token"], home.first_access_token());
  std::filesystem::remove_all(home.directory());
  auto answer = subject.ask({{"do", "refresh"}});
  EXPECT_EQ(answer["error"], "account_changed") << answer;
  EXPECT_EQ(home.requests(), 0u);
  EXPECT_EQ(status_of(subject)["token"], home.first_access_token()) << "taken away without a reload";
  expect_logged_out_until_a_login(home, subject);
}

TEST(disk_directory, given_it_is_removed_during_a_refresh_then_the_new_tokens_are_not_written_into_a_logout) {
  fault_home home;
  subject_process subject{home.options()};
  auto answer = refresh_and_break(home, subject, [&] { std::filesystem::remove_all(home.directory()); });
  EXPECT_EQ(answer["error"], "account_changed") << answer;
  EXPECT_FALSE(std::filesystem::exists(home.file()));
  EXPECT_EQ(home.requests(), 1u);
  expect_logged_out_until_a_login(home, subject);
}

TEST(disk_directory, given_it_is_removed_and_made_again_when_a_login_appears_in_it_then_it_is_seen) {
  fault_home home;
  subject_process subject{home.options()};
  EXPECT_EQ(status_of(subject)["token"], home.first_access_token());
  std::filesystem::remove_all(home.directory());
  std::filesystem::create_directory(home.directory());
  std::filesystem::permissions(home.directory(), std::filesystem::perms::owner_all);
  auto next = home.authority().issue();
  home.write(next);
  EXPECT_TRUE(comes_true([&] { return status_of(subject)["token"] == next.access_token.reveal(); }));
  expect_healed(home, subject);
}

TEST(disk_directory, given_a_lock_file_that_was_removed_during_a_refresh_then_the_tokens_are_saved) {
  fault_home home;
  subject_process subject{home.options({"--backoff-min", "20"})};
  EXPECT_TRUE(is_success(refresh_and_break(home, subject, [&] { std::filesystem::remove(home.lease_file()); })));
  expect_healed(home, subject);
}

} // namespace breakwater::testing
