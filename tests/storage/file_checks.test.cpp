#include "breakwater/storage/file_checks.hpp"

#include "breakwater/storage/network_file_system.hpp"
#include "breakwater/tests/storage/file_fixture.hpp"

#include <gtest/gtest.h>

#include <sys/sysmacros.h>

namespace breakwater {

namespace {

constexpr uid_t me = 1000;

struct stat made_of(mode_t mode, uid_t owner) {
  struct stat made {};
  made.st_mode = mode;
  made.st_uid = owner;
  return made;
}

} // namespace

TEST(file_checks, given_owners_and_modes_when_checked_then_only_our_own_unshared_files_pass) {
  EXPECT_FALSE(problem_of_file(made_of(S_IFREG | 0600, me), me, "/f"));
  EXPECT_FALSE(problem_of_file(made_of(S_IFREG | 0644, me), me, "/f"));
  EXPECT_FALSE(problem_of_file(made_of(S_IFREG | 0400, me), me, "/f"));
  EXPECT_EQ(problem_of_file(made_of(S_IFREG | 0600, 1001), me, "/f"),
            "/f: belongs to user 1001, not to user 1000; change its owner, or run as that user");
  EXPECT_TRUE(problem_of_file(made_of(S_IFREG | 0600, 0), me, "/f")) << "not even root's";
  EXPECT_TRUE(problem_of_file(made_of(S_IFREG | 0600, me), 0, "/f")) << "root reads nobody's file as its own";
  EXPECT_TRUE(problem_of_file(made_of(S_IFREG | 0660, me), me, "/f"));
  EXPECT_TRUE(problem_of_file(made_of(S_IFREG | 0602, me), me, "/f"));
}

TEST(file_checks, given_other_kinds_when_checked_then_they_are_named) {
  EXPECT_EQ(problem_of_file(made_of(S_IFDIR | 0700, me), me, "/f"), "/f: expected a file, found a directory");
  EXPECT_EQ(problem_of_file(made_of(S_IFIFO | 0600, me), me, "/f"), "/f: expected a file, found a FIFO");
  EXPECT_EQ(problem_of_file(made_of(S_IFCHR | 0600, me), me, "/f"), "/f: expected a file, found a device");
  EXPECT_EQ(problem_of_file(made_of(S_IFBLK | 0600, me), me, "/f"), "/f: expected a file, found a device");
  EXPECT_EQ(problem_of_file(made_of(S_IFSOCK | 0600, me), me, "/f"), "/f: expected a file, found a socket");
  EXPECT_EQ(problem_of_file(made_of(S_IFLNK | 0777, me), me, "/f"), "/f: expected a file, found a symbolic link");
}

TEST(file_checks, given_directories_when_checked_then_nobody_else_can_replace_a_file_in_those_that_pass) {
  EXPECT_FALSE(problem_of_directory(made_of(S_IFDIR | 0700, me), me, "/d"));
  EXPECT_FALSE(problem_of_directory(made_of(S_IFDIR | 0755, 0), me, "/d"));
  EXPECT_FALSE(problem_of_directory(made_of(S_IFDIR | S_ISVTX | 0777, 0), me, "/d"));
  EXPECT_TRUE(problem_of_directory(made_of(S_IFDIR | 0775, me), me, "/d"));
  EXPECT_TRUE(problem_of_directory(made_of(S_IFDIR | 0777, 0), me, "/d"));
  EXPECT_TRUE(problem_of_directory(made_of(S_IFDIR | 0700, 1001), me, "/d"));
  EXPECT_TRUE(problem_of_directory(made_of(S_IFDIR | S_ISVTX | 0777, 1001), me, "/d"));
  EXPECT_TRUE(problem_of_directory(made_of(S_IFREG | 0700, me), me, "/d"));
}

TEST(file_checks, given_links_when_checked_then_those_of_others_do_not_pass) {
  EXPECT_FALSE(problem_of_link(made_of(S_IFLNK | 0777, me), me, "/l"));
  EXPECT_FALSE(problem_of_link(made_of(S_IFLNK | 0777, 0), me, "/l"));
  EXPECT_TRUE(problem_of_link(made_of(S_IFLNK | 0777, 1001), me, "/l"));
}

TEST(network_file_system, given_the_numbers_of_network_file_systems_when_asked_then_they_are_named) {
  EXPECT_EQ(network_name_of_magic(0x6969), "NFS");
  EXPECT_EQ(network_name_of_magic(0xFF534D42), "CIFS");
  EXPECT_EQ(network_name_of_magic(0xFE534D42), "SMB2");
  EXPECT_EQ(network_name_of_magic(0x01021997), "9p");
  EXPECT_EQ(network_name_of_magic(0x5346414F), "AFS");
  EXPECT_EQ(network_name_of_magic(0xEF53), "") << "ext4";
  EXPECT_EQ(network_name_of_magic(0x01021994), "") << "tmpfs";
}

TEST(network_file_system, given_fuse_types_when_asked_then_those_on_a_network_are_named) {
  EXPECT_EQ(network_name_of_type("fuse.sshfs"), "fuse.sshfs");
  EXPECT_EQ(network_name_of_type("virtiofs"), "virtiofs");
  EXPECT_EQ(network_name_of_type("fuse.gocryptfs"), "");
  EXPECT_EQ(network_name_of_type("fuseblk"), "");
  EXPECT_EQ(network_name_of_type(""), "");
}

TEST(network_file_system, given_a_mountinfo_when_searched_then_the_type_is_that_of_the_device) {
  constexpr std::string_view text =
      "22 28 0:21 / /proc rw,nosuid shared:14 - proc proc rw\n"
      "97 28 0:55 / /mnt/far rw shared:1 master:2 - fuse.sshfs me@host:/ rw,user_id=1000\n"
      "98 28 0:5 / /mnt/none rw - ext4 /dev/vda rw\n"
      "short line\n";
  EXPECT_EQ(type_in_mountinfo(text, makedev(0, 55)), "fuse.sshfs");
  EXPECT_EQ(type_in_mountinfo(text, makedev(0, 5)), "ext4");
  EXPECT_EQ(type_in_mountinfo(text, makedev(8, 1)), "");
  EXPECT_EQ(type_in_mountinfo("", makedev(0, 55)), "");
}

TEST(network_file_system, given_a_local_directory_when_asked_then_there_is_no_problem) {
  testing::temporary_directory local;
  EXPECT_FALSE(problem_of_file_system(local.path())) << *problem_of_file_system(local.path());
}

} // namespace breakwater
