#include "breakwater/tests/storage/child_process.hpp"
#include "breakwater/tests/storage/file_fixture.hpp"

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

namespace breakwater::testing {

/// Bad things in place of auth.json: every operation fails, says why, and changes nothing.
class file_store_hostile : public file_fixture {
protected:
  void expect_refused(const std::string& path, const std::string& what, const std::string& named = {}) {
    auto store = file_store{path, impatient()};
    auto shown = named.empty() ? path : named;
    expect_failure(store.load().error, ec::store_unreadable, shown, what);
    expect_failure(store.put(managed("b")).error, ec::store_unreadable, shown, what);
    expect_failure(store.take().error, ec::store_unreadable, shown, what);
    auto committed = store.commit(managed("b"), hash("a"));
    EXPECT_EQ(committed.outcome, commit_outcome::failed);
    expect_failure(committed.error, ec::store_unreadable, shown, what);
  }
};

TEST_F(file_store_hostile, given_a_directory_when_used_then_it_is_refused) {
  std::filesystem::create_directory(path_);
  expect_refused(path_, "expected a file, found a directory");
}

TEST_F(file_store_hostile, given_a_fifo_when_used_then_it_is_refused_at_once) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  expect_refused(path_, "expected a file, found a FIFO");
}

TEST_F(file_store_hostile, given_a_socket_when_used_then_it_is_refused) {
  unique_fd listening{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  ASSERT_LT(path_.size(), sizeof address.sun_path);
  path_.copy(address.sun_path, path_.size());
  ASSERT_EQ(::bind(listening.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  expect_refused(path_, "expected a file, found a socket");
}

TEST_F(file_store_hostile, given_a_device_when_loaded_then_it_is_refused) {
  file_store store{"/dev/null", impatient()};
  expect_failure(store.load().error, ec::store_unreadable, "/dev/null", "found a device");
}

TEST_F(file_store_hostile, given_100_megabytes_when_used_then_they_are_refused_unread) {
  write_text(path_, document("a"));
  std::filesystem::resize_file(path_, 100 << 20);
  expect_refused(path_, "larger than 1048576 bytes");
}

TEST_F(file_store_hostile, given_one_megabyte_when_loaded_then_it_is_read_and_a_byte_more_is_not) {
  auto text = document("a");
  text.append(file_size_max - text.size(), ' ');
  write_text(path_, text);
  auto store = open();
  EXPECT_EQ(refresh_token_in(store), "t0ken-mark-refresh-a");
  write_text(path_, text + ' ');
  expect_refused(path_, "larger than 1048576 bytes");
}

TEST_F(file_store_hostile, given_a_dangling_link_when_used_then_both_ends_are_named) {
  std::filesystem::create_symlink(directory_ / "gone.json", path_);
  expect_refused(path_, "does not exist");
  expect_refused(path_, "does not exist", directory_ / "gone.json");
  EXPECT_TRUE(std::filesystem::is_symlink(path_));
}

TEST_F(file_store_hostile, given_links_in_a_circle_when_used_then_they_are_refused) {
  std::filesystem::create_symlink("other.json", path_);
  std::filesystem::create_symlink("auth.json", directory_ / "other.json");
  file_store store{path_};
  EXPECT_EQ(store.load().error.code, ec::store_unreadable);
  EXPECT_NE(store.load().error.message.find("symbolic links"), std::string::npos) << store.load().error.message;
}

TEST_F(file_store_hostile, given_no_path_when_used_then_it_is_refused) {
  for (auto* path : {"", "/", "/tmp/"}) {
    file_store store{path};
    EXPECT_EQ(store.load().error.code, ec::store_unreadable) << path;
    EXPECT_EQ(store.put(managed("a")).error.code, ec::store_unreadable) << path;
    EXPECT_EQ(store.acquire().code, ec::store_unwritable) << path;
  }
}

TEST_F(file_store_hostile, given_a_file_as_directory_when_used_then_it_is_refused) {
  write_text(path_, "{}");
  expect_refused(path_ + "/auth.json", "expected a directory", path_);
}

TEST_F(file_store_hostile, given_a_file_that_others_may_write_when_used_then_it_is_refused) {
  write_text(path_, document("a"));
  for (mode_t mode : {0620, 0602, 0666}) {
    ::chmod(path_.c_str(), mode);
    expect_refused(path_, "chmod go-w");
  }
  EXPECT_EQ(read_text(path_), document("a"));
}

TEST_F(file_store_hostile, given_a_directory_that_others_may_write_when_used_then_it_is_refused_unless_sticky) {
  write_text(path_, document("a"));
  for (mode_t mode : {0770, 0707, 0777}) {
    ::chmod(directory_.path().c_str(), mode);
    expect_refused(path_, "chmod go-w", directory_.path());
    EXPECT_EQ(open().acquire().code, ec::store_unwritable);
  }
  ::chmod(directory_.path().c_str(), 01777);
  auto store = open();
  EXPECT_EQ(refresh_token_in(store), "t0ken-mark-refresh-a");
}

TEST_F(file_store_hostile, given_a_side_file_that_others_may_write_or_a_link_when_loaded_then_it_is_refused) {
  auto store = open();
  store.put(managed("a"));
  ::chmod(side_.c_str(), 0666);
  expect_failure(store.load().error, ec::store_unreadable, side_, "chmod go-w");
  std::filesystem::rename(side_, directory_ / "elsewhere");
  std::filesystem::create_symlink("elsewhere", side_);
  expect_failure(store.load().error, ec::store_unreadable, side_, "found a symbolic link");
}

TEST_F(file_store_hostile, given_a_lock_file_that_is_none_when_acquired_then_it_is_refused) {
  std::filesystem::create_directory(lease_);
  expect_failure(open().acquire(), ec::store_unwritable, lease_, "Is a directory");
  std::filesystem::remove(lease_);
  std::filesystem::create_symlink(path_, lease_);
  expect_failure(open().acquire(), ec::store_unwritable, lease_, "symbolic links");
}

/// Whoever runs this: as root, the files below belong to root and the child is somebody else; as anybody else, a
/// directory without permissions does the same.
TEST_F(file_store_hostile, given_no_permission_when_loaded_then_path_and_reason_are_in_the_message) {
  write_text(path_, document("a"));
  ::chmod(directory_.path().c_str(), 0);
  auto code = run_as_nobody([&] {
    auto error = open().load().error;
    auto busy = open().acquire();
    return error.code == ec::store_unreadable && error.message.find(path_) != std::string::npos &&
                   error.message.find("Permission denied") != std::string::npos && busy.code == ec::store_unwritable
               ? 0
               : 1;
  });
  ::chmod(directory_.path().c_str(), 0700);
  EXPECT_EQ(code, 0);
}

TEST_F(file_store_hostile, given_a_directory_that_cannot_be_written_when_written_then_the_token_there_stays) {
  if (::geteuid() == 0) {
    // A user of its own for directory and file; the directory without its write bit.
    write_text(path_, document("a"));
    ASSERT_EQ(::chown(path_.c_str(), 65534, 65534), 0);
    ASSERT_EQ(::chown(directory_.path().c_str(), 65534, 65534), 0);
  } else {
    write_text(path_, document("a"));
  }
  ::chmod(directory_.path().c_str(), 0500);
  auto code = run_as_nobody([&] {
    auto store = open();
    auto loaded = store.load();
    auto committed = store.commit(managed("b"), hash("a"));
    auto put = store.put(managed("b"));
    auto leased = store.acquire();
    auto explained = [](const failure& error) {
      return error.code == ec::store_unwritable && error.message.find("Permission denied") != std::string::npos;
    };
    return !loaded.error && committed.outcome == commit_outcome::failed && explained(committed.error) &&
                   explained(put.error) && explained(leased)
               ? 0
               : 1;
  });
  ::chmod(directory_.path().c_str(), 0700);
  EXPECT_EQ(code, 0);
  EXPECT_EQ(read_text(path_), document("a"));
}

TEST_F(file_store_hostile, given_no_room_when_written_then_the_old_files_stay_whole_and_nothing_is_left) {
  auto store = open();
  store.put(managed("a"));
  auto auth_before = read_text(path_), side_before = read_text(side_);
  auto names_before = directory_.names().size();
  auto code = child_process{[&](const child_process::line&) {
                ::signal(SIGXFSZ, SIG_IGN);
                rlimit limit{64, 64};
                ::setrlimit(RLIMIT_FSIZE, &limit);
                auto committed = store.commit(managed("b"), hash("a"));
                auto leased = store.acquire();
                auto intended = store.write_intent({hash("a"), 1, unknown_time}, {});
                return committed.outcome == commit_outcome::failed &&
                               committed.error.message.find("File too large") != std::string::npos && !leased &&
                               intended.code == ec::store_unwritable
                           ? 0
                           : 1;
              }}.wait();
  EXPECT_EQ(code, 0);
  EXPECT_EQ(read_text(path_), auth_before);
  EXPECT_EQ(read_text(side_), side_before);
  EXPECT_EQ(directory_.names().size(), names_before + 1) << "the lock file of the lease, and no temporary file";
}

} // namespace breakwater::testing
