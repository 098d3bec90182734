#include "breakwater/storage/passphrase.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>

#include <fcntl.h>
#include <unistd.h>

namespace breakwater::testing {

namespace {

constexpr const char* variable = "BREAKWATER_TEST_PASSPHRASE";

passphrase_result from_descriptor(const std::string& text) {
  std::array<int, 2> pipe{};
  EXPECT_EQ(::pipe2(pipe.data(), O_CLOEXEC), 0);
  EXPECT_EQ(::write(pipe[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  ::close(pipe[1]);
  auto result = read_passphrase({pipe[0], {}, {}});
  EXPECT_EQ(::fcntl(pipe[0], F_GETFD), -1) << "it is closed";
  return result;
}

passphrase_result from_variable(const std::string& text) {
  ::setenv(variable, text.c_str(), 1);
  return read_passphrase({-1, variable, {}});
}

void expect_failure(const passphrase_result& result, const std::string& what) {
  EXPECT_EQ(result.error.code, ec::store_unreadable);
  EXPECT_NE(result.error.message.find(what), std::string::npos) << result.error.message;
  EXPECT_TRUE(result.passphrase.empty());
}

} // namespace

TEST(passphrase, given_a_descriptor_when_read_then_only_one_newline_at_the_end_is_cut) {
  EXPECT_EQ(from_descriptor("secret words").passphrase.reveal(), "secret words");
  EXPECT_EQ(from_descriptor("secret\n").passphrase.reveal(), "secret");
  EXPECT_EQ(from_descriptor("secret\n\n").passphrase.reveal(), "secret\n");
  EXPECT_EQ(from_descriptor(" a\nb ").passphrase.reveal(), " a\nb ");
  EXPECT_EQ(from_descriptor(std::string(passphrase_size_max, 'x') + "\n").passphrase.size(), passphrase_size_max);
}

TEST(passphrase, given_a_variable_when_read_then_it_is_wiped_and_unset) {
  ::setenv(variable, "secret\n", 1);
  auto* bytes = ::getenv(variable);
  EXPECT_EQ(read_passphrase({-1, variable, {}}).passphrase.reveal(), "secret");
  EXPECT_EQ(::getenv(variable), nullptr);
  EXPECT_EQ(std::string(bytes, 7), std::string(7, '\0')) << "children and /proc would see it";
  expect_failure(read_passphrase({-1, variable, {}}), "not set");
}

TEST(passphrase, given_nothing_in_it_when_read_then_it_is_an_error) {
  expect_failure(from_descriptor(""), "empty");
  expect_failure(from_descriptor("\n"), "empty");
  expect_failure(from_variable(""), "empty");
  expect_failure(from_variable("\n"), "empty");
  expect_failure(from_descriptor(std::string(passphrase_size_max + 1, 'x')), "longer than");
  expect_failure(from_descriptor(std::string(2 * passphrase_size_max, 'x')), "longer than");
  expect_failure(read_passphrase({1 << 20, {}, {}}), "file descriptor");
}

TEST(passphrase, given_no_source_or_two_when_read_then_it_is_an_error) {
  expect_failure(read_passphrase({}), "needs a passphrase");
  expect_failure(read_passphrase({-1, variable, secret{"x"}}), "one source");
}

} // namespace breakwater::testing
