#include "breakwater/tests/storage/child_process.hpp"
#include "breakwater/tests/storage/failing_calls.hpp"
#include "breakwater/tests/storage/file_fixture.hpp"

#include <fcntl.h>

namespace breakwater::testing {

using file_store_processes = file_fixture;

TEST_F(file_store_processes, given_a_lease_in_another_process_when_it_is_killed_then_we_get_it) {
  child_process other{[&](const child_process::line& line) {
    auto store = open();
    if (store.acquire())
      return 1;
    line.say();
    line.hear(); // until the parent ends us
    return 0;
  }};
  auto store = open();
  ASSERT_TRUE(other.parent_line().hear());
  EXPECT_EQ(store.acquire().code, ec::store_busy);
  other.kill();
  EXPECT_EQ(store.acquire().code, ec::none);
}

TEST_F(file_store_processes, given_a_lease_when_a_forked_child_lives_on_then_release_gives_it_back) {
  auto store = open(), other = open();
  ASSERT_EQ(store.acquire().code, ec::none);
  child_process heir{[](const child_process::line& line) {
    line.say();
    line.hear();
    return 0;
  }};
  ASSERT_TRUE(heir.parent_line().hear());
  store.release();
  EXPECT_EQ(other.acquire().code, ec::none);
}

TEST_F(file_store_processes, given_an_intent_of_a_killed_process_when_loaded_then_it_is_there) {
  open().put(managed("a"));
  child_process other{[&](const child_process::line& line) {
    auto store = open();
    if (store.acquire() || store.write_intent({hash("a"), 42, unknown_time}, {}))
      return 1;
    line.say();
    line.hear();
    return 0;
  }};
  ASSERT_TRUE(other.parent_line().hear());
  other.kill();
  auto found = open().load().found;
  ASSERT_TRUE(found.intent);
  EXPECT_EQ(found.intent->flight, 42u);
}

TEST_F(file_store_processes, given_a_process_killed_before_its_rename_when_another_writes_then_nothing_is_left) {
  open().put(managed("a"));
  child_process other{[&](const child_process::line& line) {
    auto store = open();
    before_rename stuck{[&] {
      line.say();
      line.hear();
    }};
    store.commit(managed("b"), hash("a"));
    return 0;
  }};
  ASSERT_TRUE(other.parent_line().hear());
  auto names = directory_.names().size();
  other.kill();
  auto store = open();
  EXPECT_EQ(refresh_token_in(store), "t0ken-mark-refresh-a");
  EXPECT_EQ(store.commit(managed("c"), hash("a")).outcome, commit_outcome::saved);
  EXPECT_EQ(directory_.names().size(), names - 1) << "its temporary file is gone";
}

TEST_F(file_store_processes, given_a_process_killed_between_the_files_when_loaded_then_the_old_one_is_complete) {
  auto before = managed("a");
  before.login_id = "login-a";
  open().put(before);
  child_process other{[&](const child_process::line& line) {
    auto store = open();
    auto next = managed("b");
    next.login_id = "login-b";
    // The first rename brings the side file in; the second, of auth.json, is not reached.
    std::unique_ptr<before_rename> second;
    before_rename first{[&] {
      second = std::make_unique<before_rename>([&] {
        line.say();
        line.hear();
      });
    }};
    store.commit(next, hash("a"));
    return 1;
  }};
  ASSERT_TRUE(other.parent_line().hear());
  other.kill();
  auto found = open().load().found.credential;
  EXPECT_EQ(found.refresh_token.reveal(), "t0ken-mark-refresh-a");
  EXPECT_EQ(found.login_id, "login-a");
  EXPECT_EQ(found.expires_at, before.expires_at);
}

TEST_F(file_store_processes,
       given_two_processes_when_they_commit_the_same_token_then_one_is_saved_and_one_in_conflict) {
  for (int round = 0; round < 20; ++round) {
    auto store = file_store{path_};
    store.put(managed("a"));
    auto commit_as = [&](const char* name) {
      return [&, name](const child_process::line& line) {
        file_store mine{path_};
        line.say();
        line.hear();
        return static_cast<int>(mine.commit(managed(name), hash("a")).outcome);
      };
    };
    child_process first{commit_as("b")}, second{commit_as("c")};
    ASSERT_TRUE(first.parent_line().hear() && second.parent_line().hear());
    first.parent_line().say();
    second.parent_line().say();
    auto one = first.wait(), other = second.wait();
    EXPECT_EQ(one + other, static_cast<int>(commit_outcome::conflict)) << one << " and " << other;
    EXPECT_EQ(refresh_token_in(store), one == 0 ? "t0ken-mark-refresh-b" : "t0ken-mark-refresh-c");
  }
}

TEST_F(file_store_processes, given_two_processes_when_they_want_the_lease_then_never_both_have_it) {
  constexpr int rounds = 200;
  auto contend = [&](const child_process::line& line) {
    auto store = open();
    line.say();
    line.hear();
    int overlaps = 0;
    for (int i = 0; i < rounds; ++i) {
      if (store.acquire())
        continue;
      // O_EXCL fails while the other one is between here and the unlink.
      unique_fd mine{::open((directory_ / "alone").c_str(), O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
      overlaps += mine ? 0 : 1;
      ::unlink((directory_ / "alone").c_str());
      store.release();
    }
    return overlaps == 0 ? 0 : 1;
  };
  child_process first{contend}, second{contend};
  ASSERT_TRUE(first.parent_line().hear() && second.parent_line().hear());
  first.parent_line().say();
  second.parent_line().say();
  EXPECT_EQ(first.wait(), 0);
  EXPECT_EQ(second.wait(), 0);
}

} // namespace breakwater::testing
