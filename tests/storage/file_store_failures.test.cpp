#include "breakwater/tests/storage/failing_calls.hpp"
#include "breakwater/tests/storage/file_fixture.hpp"

#include <cerrno>

namespace breakwater::testing {

class file_store_failures : public file_fixture {
protected:
  file_store_failures() { store_.put(managed("a")); }
  size_t file_count() const { return directory_.names().size(); }

  file_store store_ = open();
};

TEST_F(file_store_failures, given_a_failing_fsync_when_committed_then_it_failed_and_the_old_token_is_there) {
  auto before = file_count();
  {
    failing_calls broken{failing_call::fsync_file, EIO};
    auto result = store_.commit(managed("b"), hash("a"));
    EXPECT_EQ(result.outcome, commit_outcome::failed);
    expect_failure(result.error, ec::store_unwritable, "auth.json", "Input/output error");
    EXPECT_GE(broken.failed(), 1);
  }
  EXPECT_EQ(refresh_token_in(store_), "t0ken-mark-refresh-a");
  EXPECT_EQ(file_count(), before);
  EXPECT_EQ(store_.commit(managed("b"), hash("a")).outcome, commit_outcome::saved);
}

TEST_F(file_store_failures, given_a_failing_rename_when_committed_then_it_failed_and_the_old_token_is_there) {
  auto before = file_count();
  {
    failing_calls broken{failing_call::rename, ENOSPC};
    auto result = store_.commit(managed("b"), hash("a"));
    EXPECT_EQ(result.outcome, commit_outcome::failed);
    expect_failure(result.error, ec::store_unwritable, "auth.json", "No space left");
  }
  EXPECT_EQ(refresh_token_in(store_), "t0ken-mark-refresh-a");
  EXPECT_EQ(file_count(), before);
}

TEST_F(file_store_failures, given_an_unsynced_directory_when_committed_then_it_failed_until_a_retry_writes_it_again) {
  auto next = managed("b");
  next.expires_at = managed("a").expires_at;
  {
    failing_calls broken{failing_call::fsync_directory, EIO};
    auto result = store_.commit(next, hash("a"));
    EXPECT_EQ(result.outcome, commit_outcome::failed);
    expect_failure(result.error, ec::store_unwritable, directory_.path(), "fsync");
  }
  // The side file's directory failed first, so auth.json was not touched; now let only the last one fail.
  EXPECT_EQ(refresh_token_in(store_), "t0ken-mark-refresh-a");
  EXPECT_EQ(store_.commit(next, hash("a")).outcome, commit_outcome::saved);
  {
    failing_calls broken{failing_call::fsync_directory, EIO};
    EXPECT_EQ(store_.commit(next, hash("a")).outcome, commit_outcome::failed) << "saved means durable";
    EXPECT_EQ(broken.failed(), 1);
  }
  EXPECT_EQ(store_.commit(next, hash("a")).outcome, commit_outcome::saved);
}

TEST_F(file_store_failures, given_interrupted_calls_when_committed_then_they_are_repeated) {
  failing_calls interrupted{failing_call::fsync_file, EINTR, 3};
  EXPECT_EQ(store_.commit(managed("b"), hash("a")).outcome, commit_outcome::saved);
  EXPECT_EQ(interrupted.failed(), 3);
}

TEST_F(file_store_failures, given_an_unsynced_directory_when_taken_then_nothing_was_erased) {
  auto before = file_count();
  {
    failing_calls broken{failing_call::fsync_directory, EIO};
    auto taken = store_.take();
    expect_failure(taken.error, ec::store_unwritable, directory_.path(), "fsync");
    EXPECT_EQ(taken.erased.method, auth_method::none);
  }
  EXPECT_EQ(refresh_token_in(store_), "t0ken-mark-refresh-a");
  EXPECT_EQ(file_count(), before);
  EXPECT_EQ(store_.take().erased.method, auth_method::oauth);
}

TEST_F(file_store_failures, given_an_unsynced_directory_when_taken_through_a_link_then_nothing_was_erased) {
  std::filesystem::create_symlink("auth.json", directory_ / "link.json");
  file_store linked{directory_ / "link.json", impatient()};
  {
    failing_calls broken{failing_call::fsync_directory, EIO};
    EXPECT_EQ(linked.take().error.code, ec::store_unwritable);
  }
  EXPECT_EQ(refresh_token_in(linked), "t0ken-mark-refresh-a");
}

TEST_F(file_store_failures, given_an_unsynced_directory_when_an_intent_is_written_then_it_failed) {
  ASSERT_EQ(store_.acquire().code, ec::none);
  failing_calls broken{failing_call::fsync_directory, EIO};
  EXPECT_EQ(store_.write_intent({hash("a"), 1, unknown_time}, {}).code, ec::store_unwritable);
  EXPECT_EQ(store_.write_ledger({}).code, ec::store_unwritable);
  EXPECT_EQ(store_.clear_intent(1).code, ec::store_unwritable);
}

TEST_F(file_store_failures, given_an_unsynced_directory_when_logging_in_then_it_failed) {
  failing_calls broken{failing_call::fsync_directory, EIO};
  EXPECT_EQ(store_.put(managed("b")).error.code, ec::store_unwritable);
}

} // namespace breakwater::testing
