#include "breakwater/tests/fault/disk_healing.hpp"
#include "breakwater/tests/fault/own_mounts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include <sys/resource.h>

namespace breakwater::testing {

namespace {

using ::testing::HasSubstr;
using json = nlohmann::json;

const std::vector<std::string> impatient = {"--backoff-min", "20"};

/// Disks that break for real, in a mount namespace of the test's own.
class disk_mounts : public ::testing::Test {
protected:
  void SetUp() override {
    if (!mounts_.problem().empty())
      GTEST_SKIP() << "needs root: " << mounts_.problem();
  }

  std::string place() const { return base_ / "disk"; }
  own_mounts& mounts() { return mounts_; }
  std::string image() const { return base_ / "image"; }

private:
  temporary_directory base_;
  own_mounts mounts_;
};

/// A limit to the size of files that a running program may write.
void limit_file_size(subject_process& subject, rlim_t bytes) {
  rlimit limit{bytes, RLIM_INFINITY};
  ASSERT_EQ(::prlimit(subject.pid(), RLIMIT_FSIZE, &limit, nullptr), 0);
}

void expect_nothing_sent(fault_home& home, subject_process& subject, const std::string& why) {
  status_of(subject);
  auto answer = subject.ask({{"do", "refresh"}});
  EXPECT_EQ(answer["error"], "store_unwritable") << answer;
  EXPECT_THAT(answer.value("message", ""), HasSubstr(why));
  EXPECT_EQ(home.requests(), 0u);
  EXPECT_EQ(status_of(subject)["token"], home.first_access_token());
}

} // namespace

TEST_F(disk_mounts, given_a_disk_that_fills_up_during_a_refresh_when_there_is_space_again_then_the_tokens_are_saved) {
  mounts().mount_tmpfs(place(), 256);
  fault_home home{{}, place()};
  subject_process subject{home.options(impatient)};
  std::optional<filled_disk> filler;
  EXPECT_TRUE(is_success(refresh_and_break(home, subject, [&] { filler.emplace(place()); })));
  expect_unsaved(home, subject, "No space left on device");
  filler->give_back();
  expect_healed(home, subject);
}

TEST_F(disk_mounts, given_a_disk_that_fills_up_during_a_refresh_when_it_ends_then_it_says_what_is_lost) {
  mounts().mount_tmpfs(place(), 256);
  fault_home home{{}, place()};
  {
    subject_process subject{home.options({"--backoff-min", "20", "--exit-grace", "100"})};
    std::optional<filled_disk> filler;
    EXPECT_TRUE(is_success(refresh_and_break(home, subject, [&] { filler.emplace(place()); })));
    EXPECT_EQ(subject.finish(), 3);
    EXPECT_THAT(subject.errors(), HasSubstr("lost: the issued refresh token"));
    EXPECT_THAT(subject.errors(), HasSubstr("No space left on device; "));
  }
  EXPECT_TRUE(home.disk().is_whole);
  EXPECT_EQ(home.disk().refresh_token, home.first_refresh_token());
  subject_process again{home.options()};
  EXPECT_EQ(status_of(again)["token"], home.first_access_token());
  EXPECT_EQ(again.ask({{"do", "refresh"}})["error"], "in_doubt");
  EXPECT_EQ(home.requests(), 1u);
  EXPECT_TRUE(home.is_unharmed());
  EXPECT_EQ(again.finish(), 0);
}

TEST_F(disk_mounts, given_a_full_disk_when_refreshed_then_nothing_is_sent_until_there_is_space) {
  mounts().mount_tmpfs(place(), 256);
  fault_home home{{}, place()};
  subject_process subject{home.options(impatient)};
  filled_disk filler{place()};
  expect_nothing_sent(home, subject, "No space left on device");
  filler.give_back();
  EXPECT_TRUE(is_refreshed_at_last(subject));
  EXPECT_EQ(home.requests(), 1u);
  expect_healed(home, subject);
}

TEST_F(disk_mounts, given_a_disk_that_turns_read_only_during_a_refresh_when_it_is_back_then_the_tokens_are_saved) {
  mounts().mount_tmpfs(place(), 256);
  fault_home home{{}, place()};
  subject_process subject{home.options(impatient)};
  EXPECT_TRUE(is_success(refresh_and_break(home, subject, [&] { mounts().cover_read_only(place()); })));
  expect_unsaved(home, subject, "Read-only file system", "store_unwritable");
  mounts().unmount(place());
  expect_healed(home, subject);
}

TEST_F(disk_mounts, given_a_read_only_disk_when_refreshed_then_nothing_is_sent_until_it_is_writable) {
  mounts().mount_tmpfs(place(), 256);
  fault_home home{{}, place()};
  subject_process subject{home.options(impatient)};
  mounts().cover_read_only(place());
  expect_nothing_sent(home, subject, "Read-only file system");
  mounts().unmount(place());
  EXPECT_TRUE(is_refreshed_at_last(subject));
  EXPECT_EQ(home.requests(), 1u);
  expect_healed(home, subject);
}

TEST_F(disk_mounts, given_an_immutable_file_when_it_can_be_changed_again_then_the_tokens_are_saved) {
  mounts().mount_ext4(place(), image());
  fault_home home{{}, place()};
  subject_process subject{home.options(impatient)};
  EXPECT_TRUE(is_success(refresh_and_break(home, subject, [&] { ASSERT_TRUE(set_immutable(home.file(), true)); })));
  expect_unsaved(home, subject, "Operation not permitted");
  ASSERT_TRUE(set_immutable(home.file(), false));
  expect_healed(home, subject);
}

TEST_F(disk_mounts, given_a_limit_to_file_sizes_when_it_is_lifted_then_the_program_lives_and_the_tokens_are_saved) {
  fault_home home;
  subject_process subject{home.options(impatient)};
  // 700 bytes are written, then none: a short write, an error, and a signal that ends a program that is not ready.
  // (Its standard error is a file too; its one line is shorter.)
  EXPECT_TRUE(is_success(refresh_and_break(home, subject, [&] { limit_file_size(subject, 700); })));
  expect_unsaved(home, subject, "File too large");
  limit_file_size(subject, RLIM_INFINITY);
  expect_healed(home, subject);
}

TEST_F(disk_mounts, given_a_limit_to_file_sizes_when_refreshed_then_nothing_is_sent_until_it_is_lifted) {
  fault_home home;
  subject_process subject{home.options(impatient)};
  limit_file_size(subject, 100);
  expect_nothing_sent(home, subject, "File too large");
  limit_file_size(subject, RLIM_INFINITY);
  EXPECT_TRUE(is_refreshed_at_last(subject));
  expect_healed(home, subject);
}

TEST_F(disk_mounts, given_room_for_the_credential_and_not_for_the_ledger_when_refreshed_then_saved_once_there_is) {
  fault_home home;
  subject_process subject{home.options(impatient)};
  for (int i = 0; i < 10; ++i) // a ledger of ten entries is longer than a credential
    ASSERT_TRUE(is_success(subject.ask({{"do", "refresh"}, {"observed", status_of(subject)["generation"]}})));
  ASSERT_TRUE(home.lease_is_free());
  auto size_of = [](const std::string& path) { return std::filesystem::file_size(path); };
  ASSERT_GT(size_of(home.file() + ".breakwater-state"), 2 * size_of(home.file()));
  auto held = status_of(subject)["generation"];
  home.authority().script({.delay = std::chrono::milliseconds{200}});
  auto id = subject.tell({{"do", "refresh"}, {"observed", held}});
  ASSERT_TRUE(comes_true([&] { return home.authority().totals().token_requests == 11; }));
  limit_file_size(subject, 2 * size_of(home.file()));
  EXPECT_TRUE(is_success(subject.answers_to(id).at(0)));
  expect_unsaved(home, subject, "File too large");
  limit_file_size(subject, RLIM_INFINITY);
  expect_healed(home, subject);
}

TEST_F(disk_mounts, given_room_for_the_ledger_and_not_for_the_credential_when_refreshed_then_saved_once_there_is) {
  fault_home home;
  auto document = json::parse(read_text(home.file()));
  document["something_else"] = std::string(10'000, 'x');
  write_text(home.file(), document.dump());
  subject_process subject{home.options(impatient)};
  EXPECT_TRUE(is_success(refresh_and_break(home, subject, [&] { limit_file_size(subject, 8'000); })));
  expect_unsaved(home, subject, "File too large");
  limit_file_size(subject, RLIM_INFINITY);
  expect_healed(home, subject);
  EXPECT_EQ(json::parse(read_text(home.file())).value("something_else", ""), std::string(10'000, 'x'));
}

} // namespace breakwater::testing
