#include "breakwater/core/jwt_claims.hpp"
#include "breakwater/tests/messages/heap_watch.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

// {"aaaaaaaaaaaa":1,"bbbbbbbbbbbb":2,"sub":"s"}
constexpr const char* token = "e30.eyJhYWFhYWFhYWFhYWEiOjEsImJiYmJiYmJiYmJiYiI6Miwic3ViIjoicyJ9.c2ln";
// What only the decoded bytes hold: it spans two members, so no parsed value does.
constexpr const char* across_members = R"(aaaa":1,"bbbb)";

TEST(jwt_wiping, given_a_token_when_parsed_then_the_decoded_bytes_are_wiped) {
  secret held{token};
  test::heap_watch watch{across_members};
  EXPECT_EQ(parse_jwt_claims(held).subject, "s");
  EXPECT_GT(watch.freed(), 0u);
  EXPECT_EQ(watch.unwiped(), 0u);
}

TEST(jwt_wiping, given_a_token_that_is_cut_when_parsed_then_the_decoded_bytes_are_wiped) {
  secret held{"e30.eyJhYWFhYWFhYWFhYWEiOjEsImJiYmJiYmJiYmJiYiI6Miwic3ViIjoicyJ.c2ln"};
  test::heap_watch watch{across_members};
  EXPECT_EQ(parse_jwt_claims(held).subject, "");
  EXPECT_EQ(watch.unwiped(), 0u);
}

} // namespace
} // namespace breakwater
