#include "breakwater/messages/secret.hpp"

#include <gtest/gtest.h>

#include <string>

namespace breakwater {
namespace {

TEST(secret, given_nothing_when_asked_then_it_is_empty) {
  secret none;
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(none.size(), 0u);
  EXPECT_EQ(none.reveal(), "");
  EXPECT_TRUE(secret{""}.empty());
}

TEST(secret, given_bytes_when_revealed_then_they_are_all_there) {
  std::string bytes{"a\0b\xff token", 10};
  secret held{bytes};
  EXPECT_FALSE(held.empty());
  EXPECT_EQ(held.size(), bytes.size());
  EXPECT_TRUE(held.reveal() == bytes);
}

TEST(secret, given_a_buffer_when_a_secret_is_made_of_it_then_later_writes_do_not_reach_it) {
  std::string bytes = "first";
  secret held{bytes};
  bytes = "other";
  EXPECT_TRUE(held.reveal() == "first");
}

TEST(secret, given_a_string_when_absorbed_then_the_string_is_empty) {
  std::string bytes = "a token that is longer than a small string";
  auto held = secret::absorb(bytes);
  EXPECT_TRUE(bytes.empty());
  EXPECT_TRUE(held.reveal() == "a token that is longer than a small string");
}

TEST(secret, given_a_secret_when_copied_then_both_share_one_block) {
  secret first{"token"};
  secret second = first; // NOLINT(performance-unnecessary-copy-initialization)
  EXPECT_EQ(first.reveal().data(), second.reveal().data());
  secret third;
  third = second;
  EXPECT_EQ(first.reveal().data(), third.reveal().data());
}

TEST(secret, given_copies_when_all_but_one_are_gone_then_the_bytes_live) {
  secret last;
  {
    secret first{"token"};
    last = first;
  }
  EXPECT_TRUE(last.reveal() == "token");
}

TEST(secret, given_two_secrets_when_compared_then_only_equal_bytes_are_equal) {
  struct row {
    const char* name;
    std::string left, right;
    bool equal;
  };
  const row rows[] = {
      {"both empty", "", "", true},
      {"one empty", "", "a", false},
      {"equal, two blocks", "token", "token", true},
      {"first byte", "token", "Token", false},
      {"last byte", "token", "tokeN", false},
      {"a prefix", "token", "token2", false},
      {"two differences that cancel out under xor", "ab", "ba", false},
      {"after a NUL", std::string{"a\0b", 3}, std::string{"a\0c", 3}, false},
      {"high bytes", "\xff\x80", "\xff\x80", true},
      {"only the highest bit", "\x7f", "\xff", false},
  };
  for (const auto& [name, left, right, equal] : rows) {
    SCOPED_TRACE(name);
    EXPECT_EQ(secret{left} == secret{right}, equal);
    EXPECT_EQ(secret{right} == secret{left}, equal);
    EXPECT_EQ(secret{left} != secret{right}, !equal);
  }
}

TEST(secret, given_one_wrong_byte_anywhere_when_compared_then_they_differ) {
  const std::string bytes(100, 'x');
  for (size_t i = 0; i < bytes.size(); ++i)
    for (int bit = 0; bit < 8; ++bit) {
      auto other = bytes;
      other[i] = static_cast<char>(other[i] ^ (1 << bit));
      ASSERT_FALSE(secret{bytes} == secret{other}) << "byte " << i << ", bit " << bit;
    }
}

} // namespace
} // namespace breakwater
