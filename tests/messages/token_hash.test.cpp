#include "breakwater/messages/token_hash.hpp"

#include <gtest/gtest.h>

#include <string>

namespace breakwater {
namespace {

TEST(token_hash, given_the_vectors_of_fips_180_when_hashed_then_they_agree) {
  EXPECT_EQ(to_hex(hash_of(secret{"abc"})), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(hash_of(secret{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"})),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(to_hex(hash_of(secret{std::string(1'000'000, 'a')})),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(token_hash, given_no_token_when_hashed_then_the_hash_is_empty) {
  EXPECT_TRUE(hash_of(secret{}).empty());
  EXPECT_TRUE(token_hash{}.empty());
  EXPECT_FALSE(hash_of(secret{"a"}).empty());
  EXPECT_EQ(to_hex(token_hash{}), std::string(64, '0'));
}

TEST(token_hash, given_a_hash_when_written_and_read_then_it_is_the_same) {
  for (auto token : {"a", "b", "refresh-token"}) {
    auto hash = hash_of(secret{token});
    EXPECT_EQ(parse_token_hash(to_hex(hash)), hash);
  }
  EXPECT_EQ(parse_token_hash(to_hex(token_hash{})), token_hash{});
}

TEST(token_hash, given_other_text_when_read_then_nothing) {
  auto good = to_hex(hash_of(secret{"abc"}));
  auto upper = good;
  upper[0] = 'B';
  auto not_hex = good;
  not_hex[63] = 'g';
  auto with_nul = good;
  with_nul[10] = '\0';
  for (const auto& text : {std::string{}, good.substr(1), good + "0", upper, not_hex, with_nul, " " + good.substr(1)})
    EXPECT_FALSE(parse_token_hash(text)) << text;
}

TEST(token_hash, given_a_hash_when_shown_then_eight_digits) {
  EXPECT_EQ(to_string(hash_of(secret{"abc"})), "ba7816bf");
}

TEST(token_hash, given_two_tokens_when_hashed_then_order_and_equality_follow_the_bytes) {
  token_hash low, high;
  low.bytes[31] = 1;
  high.bytes[0] = 1;
  EXPECT_LT(low, high);
  EXPECT_NE(low, high);
  EXPECT_EQ(hash_of(secret{"a"}), hash_of(secret{"a"}));
}

} // namespace
} // namespace breakwater
