#include "breakwater/storage/directory_watch.hpp"

#include "breakwater/tests/storage/call_counter.hpp"
#include "breakwater/tests/storage/file_fixture.hpp"

#include <sys/resource.h>

namespace breakwater::testing {

namespace {

/// How often all threads but this one went to sleep so far.
long switches_of_other_threads() {
  long sum = 0;
  for (auto& task : std::filesystem::directory_iterator{"/proc/self/task"}) {
    std::ifstream status{task.path() / "status"};
    constexpr std::string_view label = "voluntary_ctxt_switches:";
    for (std::string line; std::getline(status, line);)
      if (line.starts_with(label) && task.path().filename() != std::to_string(::getpid()))
        sum += std::stol(line.substr(label.size()));
  }
  return sum;
}

} // namespace

class directory_watch_test : public file_fixture {
protected:
  std::unique_ptr<directory_watch> watch(const std::string& path) {
    auto [error, started] = directory_watch::start(path, calls_.callback());
    EXPECT_EQ(error.code, ec::none) << error.message;
    return std::move(started);
  }

  /// True if `change` is told of.
  bool tells(const std::function<void()>& change) {
    auto seen = calls_.count();
    change();
    return calls_.wait_beyond(seen);
  }

  call_counter calls_;
};

TEST_F(directory_watch_test, given_a_watch_when_the_file_is_made_written_moved_or_removed_then_it_tells) {
  auto watching = watch(path_);
  EXPECT_TRUE(tells([&] { write_text(path_, "{}"); }));
  EXPECT_TRUE(tells([&] { std::filesystem::rename(path_, directory_ / "away"); }));
  EXPECT_TRUE(tells([&] { std::filesystem::rename(directory_ / "away", path_); }));
  EXPECT_TRUE(tells([&] { std::filesystem::remove(path_); }));
}

TEST_F(directory_watch_test, given_a_watch_when_other_files_change_then_it_is_silent) {
  auto watching = watch(path_);
  write_text(directory_ / "other.json", "{}");
  write_text(side_, "{}");
  std::filesystem::remove(side_);
  // Events come in order: what this one is the first of, nothing came before.
  EXPECT_TRUE(tells([&] { std::filesystem::create_directory(path_); }));
  watching.reset();
  EXPECT_EQ(calls_.count(), 1u);
}

TEST_F(directory_watch_test, given_a_link_when_its_target_or_the_link_changes_then_it_tells) {
  temporary_directory links;
  write_text(path_, "{}");
  write_text(directory_ / "second.json", "{}");
  std::filesystem::create_symlink(path_, links / "auth.json");
  auto watching = watch(links / "auth.json");
  EXPECT_TRUE(tells([&] { write_text(path_, "{ }"); }));
  std::filesystem::create_symlink(directory_ / "second.json", links / "new");
  EXPECT_TRUE(tells([&] { std::filesystem::rename(links / "new", links / "auth.json"); }));
  EXPECT_TRUE(tells([&] { write_text(directory_ / "second.json", "{ }"); }));
}

TEST_F(directory_watch_test, given_a_directory_that_is_removed_and_made_again_when_the_file_is_made_then_it_tells) {
  auto home = directory_ / "a/home";
  std::filesystem::create_directories(home);
  auto watching = watch(home + "/auth.json");
  EXPECT_TRUE(tells([&] { std::filesystem::remove_all(directory_ / "a"); }));
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(tells([&] {
      std::filesystem::create_directories(home);
      write_text(home + "/auth.json", "{}");
    }));
    // Whatever the first call saw, a change after it is told of too, as soon as the watch stands again.
    EXPECT_TRUE(tells([&] { std::filesystem::remove_all(directory_ / "a"); }));
  }
}

TEST_F(directory_watch_test, given_a_missing_directory_when_it_is_made_then_it_tells) {
  auto watching = watch(directory_ / "no/home/auth.json");
  EXPECT_TRUE(tells([&] { std::filesystem::create_directory(directory_ / "no"); }));
  EXPECT_TRUE(tells([&] { std::filesystem::create_directory(directory_ / "no/home"); }));
  EXPECT_TRUE(tells([&] { write_text(directory_ / "no/home/auth.json", "{}"); }));
}

TEST_F(directory_watch_test, given_a_watch_when_other_directories_change_then_its_thread_sleeps) {
  auto watching = watch(path_);
  EXPECT_TRUE(tells([&] { write_text(path_, "{}"); }));
  auto before = switches_of_other_threads();
  temporary_directory beside;
  for (int i = 0; i < 1000; ++i) {
    std::filesystem::create_directory(beside / "x");
    std::filesystem::remove(beside / "x");
  }
  EXPECT_LE(switches_of_other_threads() - before, 100) << "2,000 changes elsewhere woke it";
}

TEST_F(directory_watch_test, given_no_descriptors_when_started_then_it_fails_and_says_so) {
  rlimit before{}, none{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  none = before;
  none.rlim_cur = 0;
  ::setrlimit(RLIMIT_NOFILE, &none);
  auto [error, started] = directory_watch::start(path_, calls_.callback());
  ::setrlimit(RLIMIT_NOFILE, &before);
  expect_failure(error, ec::store_unreadable, path_, "Too many open files");
  EXPECT_FALSE(started);
}

} // namespace breakwater::testing
