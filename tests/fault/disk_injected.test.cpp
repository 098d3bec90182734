#include "breakwater/tests/fault/disk_call.hpp"
#include "breakwater/tests/fault/disk_healing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <functional>
#include <thread>

namespace breakwater::testing {

namespace {

using ::testing::HasSubstr;

constexpr std::array errors = {"ENOSPC", "EIO", "EDQUOT", "EROFS", "EACCES"};

class disk_injected : public ::testing::TestWithParam<disk_call> {
protected:
  void SetUp() override {
    if (auto problem = why_not_traceable(); !problem.empty())
      GTEST_SKIP() << "needs strace and ptrace: " << problem;
    counts_ = learn_counts(call());
    ASSERT_EQ(counts_.size(), static_cast<size_t>(written_file_count));
  }

  disk_call call() const { return GetParam(); }
  int count_of(written_file file) const { return counts_[static_cast<size_t>(file)]; }

  /// What strace is told; `when` as it takes it.
  std::vector<std::string> failing(const char* error, const std::string& when) const {
    return {std::string{trace_all}, fail(call(), error, when)};
  }
  /// From this file's step on, for ever. A directory is synced after its file each time.
  std::vector<std::string> failing_from(written_file file, const char* error) const {
    return failing(error, std::to_string(count_of(file)) + (call() == disk_call::fsync_directory ? "+2" : "+"));
  }

  /// Runs this for each error, two at a time.
  void for_each_error(const std::function<void(const char* error)>& run) {
    std::atomic<size_t> next{0};
    auto work = [&] {
      for (size_t at; (at = next++) < errors.size();) {
        SCOPED_TRACE(errors[at]);
        run(errors[at]);
      }
    };
    std::thread other{work};
    work();
    other.join();
  }

private:
  std::vector<int> counts_;
};

/// Without `write`: strace cannot tell a file from the descriptor that ends the watch, which a disk does not break.
/// disk_mounts has a full disk instead.
class disk_injected_until_the_end : public disk_injected {};

const std::vector<std::string> impatient = {"--no-watch", "--backoff-min", "20"};

} // namespace

TEST_P(disk_injected, given_the_intent_fails_once_when_refreshed_then_nothing_is_sent_until_it_can_be_written) {
  for_each_error([&](const char* error) {
    fault_home home;
    subject_process subject{home.options(impatient)};
    traced_thread traced{threads_of(subject).store, failing(error, std::to_string(count_of(written_file::intent)))};
    auto answer = subject.ask({{"do", "refresh"}});
    EXPECT_EQ(answer["error"], "store_unwritable") << answer;
    EXPECT_THAT(answer.value("message", ""), HasSubstr(text_of(error)));
    EXPECT_EQ(home.requests(), 0u);
    EXPECT_EQ(status_of(subject)["token"], home.first_access_token());
    EXPECT_TRUE(is_refreshed_at_last(subject));
    EXPECT_EQ(home.requests(), 1u);
    traced.detach();
    EXPECT_EQ(failures_in(traced), 1);
    expect_healed(home, subject);
  });
}

TEST_P(disk_injected, given_the_commit_fails_once_when_refreshed_then_the_tokens_are_used_and_written_later) {
  for_each_error([&](const char* error) {
    for (auto file : {written_file::facts, written_file::credential}) {
      fault_home home;
      subject_process subject{home.options(impatient)};
      traced_thread traced{threads_of(subject).store, failing(error, std::to_string(count_of(file)))};
      auto answer = subject.ask({{"do", "refresh"}});
      EXPECT_TRUE(is_success(answer)) << answer;
      EXPECT_NE(status_of(subject)["token"], home.first_access_token());
      EXPECT_EQ(home.requests(), 1u);
      EXPECT_TRUE(comes_true([&] { return !explained(subject, "saved").empty(); }));
      EXPECT_THAT(explained(subject, "unsaved"), HasSubstr(text_of(error)));
      traced.detach();
      EXPECT_EQ(failures_in(traced), 1);
      EXPECT_THAT(subject.errors(), HasSubstr("unsaved: "));
      expect_healed(home, subject);
    }
  });
}

TEST_P(disk_injected, given_the_note_fails_once_when_refreshed_then_the_tokens_are_saved_and_the_intent_harms_nobody) {
  for_each_error([&](const char* error) {
    for (auto file : {written_file::ledger, written_file::no_intent}) {
      fault_home home;
      subject_process subject{home.options(impatient)};
      traced_thread traced{threads_of(subject).store, failing(error, std::to_string(count_of(file)))};
      EXPECT_TRUE(is_success(subject.ask({{"do", "refresh"}})));
      ASSERT_TRUE(home.lease_is_free());
      traced.detach();
      EXPECT_EQ(failures_in(traced), 1);
      EXPECT_EQ(subject.errors().find("note_failed: ") != std::string::npos, file == written_file::ledger);
      EXPECT_EQ(explained(subject, "unsaved"), "");
      subject_process other{home.options()};
      EXPECT_EQ(status_of(other)["health"], "ok");
      EXPECT_EQ(other.finish(), 0);
      expect_healed(home, subject);
    }
  });
}

TEST_P(disk_injected, given_the_disk_is_broken_when_refreshed_then_nothing_is_sent_and_the_access_token_stays_in_use) {
  for_each_error([&](const char* error) {
    fault_home home;
    subject_process subject{home.options(impatient)};
    traced_thread traced{threads_of(subject).store, failing_from(written_file::intent, error)};
    auto answer = subject.ask({{"do", "refresh"}});
    EXPECT_EQ(answer["error"], "store_unwritable") << answer;
    auto status = status_of(subject);
    EXPECT_EQ(status["token"], home.first_access_token());
    EXPECT_EQ(status["failure"], "store_unwritable");
    EXPECT_THAT(status.value("message", ""), HasSubstr(text_of(error)));
    EXPECT_THAT(explained(subject, "flight_ended"), HasSubstr(text_of(error)));
    for (int i = 0; i < 100; ++i)
      EXPECT_FALSE(is_success(subject.ask({{"do", "refresh"}})));
    EXPECT_EQ(home.requests(), 0u);
    traced.detach();
    EXPECT_GE(failures_in(traced), 1);
    EXPECT_LE(failures_in(traced), 40) << "100 callers, and no pause between tries";
    if (call() == disk_call::open_directory) {
      // From here on nothing at all could be opened, so the intent that is there could not be taken back.
      EXPECT_TRUE(comes_true([&] { return subject.ask({{"do", "refresh"}}).value("error", "") == "in_doubt"; }));
      EXPECT_TRUE(home.disk().has_intent);
      EXPECT_EQ(status_of(subject)["token"], home.first_access_token());
      EXPECT_EQ(home.requests(), 0u);
      EXPECT_EQ(subject.finish(), 0);
    } else {
      EXPECT_TRUE(is_refreshed_at_last(subject));
      EXPECT_EQ(home.requests(), 1u);
      expect_healed(home, subject);
    }
  });
}

TEST_P(disk_injected, given_no_commit_succeeds_when_the_fault_ends_then_the_tokens_in_use_are_saved) {
  for_each_error([&](const char* error) {
    fault_home home;
    subject_process subject{home.options(impatient)};
    traced_thread traced{threads_of(subject).store, failing_from(written_file::facts, error)};
    EXPECT_TRUE(is_success(subject.ask({{"do", "refresh"}})));
    auto status = status_of(subject);
    EXPECT_EQ(status["health"], "unsaved");
    EXPECT_EQ(status["failure"], "store_unwritable");
    EXPECT_THAT(status.value("message", ""), HasSubstr(text_of(error)));
    EXPECT_NE(status["token"], home.first_access_token());
    EXPECT_TRUE(home.authority().is_valid(secret{status["token"].get<std::string>()}));
    EXPECT_THAT(explained(subject, "unsaved"), HasSubstr(text_of(error)));
    {
      subject_process other{home.options({"--lease-wait-max", "150"})};
      EXPECT_NE(status_of(other)["token"], "");
      auto answer = other.ask({{"do", "refresh"}});
      // Where only the durability is unknown, the other one may find our tokens and be content with them.
      EXPECT_TRUE(is_success(answer) ? call() == disk_call::fsync_directory : answer["error"] == "store_busy");
      EXPECT_EQ(other.finish(), 0);
    }
    EXPECT_TRUE(comes_true([&] { return failures_in(traced) >= 3; })) << "not tried again";
    EXPECT_EQ(status_of(subject)["health"], "unsaved");
    EXPECT_EQ(home.requests(), 1u);
    traced.detach();

    EXPECT_LE(failures_in(traced), 100) << "tried again without a pause";
    EXPECT_TRUE(comes_true([&] { return !explained(subject, "saved").empty(); }));
    EXPECT_EQ(home.requests(), 1u);
    expect_healed(home, subject);
  });
}

TEST_P(disk_injected_until_the_end,
       given_no_commit_succeeds_when_it_ends_then_it_says_what_is_lost_and_nobody_replays) {
  for_each_error([&](const char* error) {
    fault_home home;
    {
      subject_process subject{home.options({"--no-watch", "--backoff-min", "20", "--exit-grace", "100"})};
      traced_thread traced{threads_of(subject).store, failing_from(written_file::facts, error)};
      EXPECT_TRUE(is_success(subject.ask({{"do", "refresh"}})));
      EXPECT_EQ(subject.finish(), 3);
      auto errors = subject.errors();
      auto last = errors.substr(std::min(errors.find("lost: "), errors.size()));
      EXPECT_THAT(last, HasSubstr("the issued refresh token"));
      EXPECT_THAT(last, HasSubstr(text_of(error)));
      EXPECT_EQ(errors.find("rt_"), std::string::npos) << "a secret in an error";
    }
    auto disk = home.disk();
    auto renewed = disk.refresh_token != home.first_refresh_token();
    EXPECT_TRUE(!renewed || call() == disk_call::fsync_directory); // renamed, and nobody knows if it is durable
    EXPECT_TRUE(disk.has_intent);
    subject_process again{home.options()};
    EXPECT_EQ(status_of(again)["token"], disk.access_token);
    auto answer = again.ask({{"do", "refresh"}});
    if (renewed)
      EXPECT_TRUE(is_success(answer)) << answer;
    else
      EXPECT_EQ(answer["error"], "in_doubt") << answer;
    EXPECT_EQ(home.requests(), renewed ? 2u : 1u);
    EXPECT_TRUE(home.is_unharmed());
    EXPECT_EQ(again.finish(), 0);
  });
}

std::string name_of_call(const ::testing::TestParamInfo<disk_call>& of) { return to_string(of.param); }

INSTANTIATE_TEST_SUITE_P(at, disk_injected,
                         ::testing::Values(disk_call::make_temporary, disk_call::set_mode, disk_call::write,
                                           disk_call::fsync_file, disk_call::rename, disk_call::open_directory,
                                           disk_call::fsync_directory),
                         name_of_call);
INSTANTIATE_TEST_SUITE_P(at, disk_injected_until_the_end,
                         ::testing::Values(disk_call::make_temporary, disk_call::set_mode, disk_call::fsync_file,
                                           disk_call::rename, disk_call::open_directory, disk_call::fsync_directory),
                         name_of_call);

} // namespace breakwater::testing
