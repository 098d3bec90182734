#include "breakwater/messages/secret.hpp"
#include "breakwater/tests/messages/caf_serial.hpp"
#include "breakwater/tests/messages/heap_watch.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <string_view>

namespace breakwater {
namespace {

using test::heap_watch;

constexpr std::string_view needle = heap_watch::default_needle;

/// A token of some length that has the needle at its start, in the middle and at its end.
std::string token_text(size_t filler) {
  std::string text{needle};
  text.append(filler, 'x').append(needle).append(filler, 'y').append(needle);
  return text;
}

TEST(wiping, given_a_string_with_a_token_when_freed_then_this_test_sees_it) {
  auto* text = new std::string(token_text(100));
  heap_watch watch;
  delete text;
  EXPECT_EQ(watch.freed(), 2u);
  EXPECT_EQ(watch.unwiped(), 1u);
}

TEST(wiping, given_a_secret_when_its_last_copy_dies_then_the_freed_block_holds_nothing) {
  for (size_t filler : {0, 1, 7, 100, 5000}) {
    auto text = token_text(filler);
    auto first = std::make_unique<secret>(text);
    auto second = std::make_unique<secret>(*first);
    heap_watch watch;
    first.reset();
    EXPECT_EQ(watch.freed(), 1u) << "only the handle";
    second.reset();
    EXPECT_GE(watch.freed(), 3u) << "the handles and the block";
    EXPECT_EQ(watch.unwiped(), 0u) << text.size() << " bytes";
  }
}

TEST(wiping, given_a_secret_when_another_is_assigned_then_the_old_block_is_wiped) {
  auto text = token_text(50);
  secret held{text};
  heap_watch watch;
  held = secret{};
  EXPECT_GE(watch.freed(), 1u);
  EXPECT_EQ(watch.unwiped(), 0u);
}

TEST(wiping, given_a_string_when_absorbed_then_its_buffer_is_wiped) {
  auto text = std::make_unique<std::string>(token_text(50));
  auto held = secret::absorb(*text);
  heap_watch watch;
  text.reset();
  EXPECT_EQ(watch.freed(), 2u);
  EXPECT_EQ(watch.unwiped(), 0u);
  EXPECT_TRUE(held.reveal() == token_text(50));
}

TEST(wiping, given_a_string_that_was_shortened_when_wiped_then_what_lay_behind_its_end_is_gone_too) {
  for (size_t keep : {0, 3}) {
    auto text = std::make_unique<std::string>(token_text(50));
    text->resize(keep);
    wipe(*text);
    EXPECT_TRUE(text->empty());
    heap_watch watch;
    text.reset();
    EXPECT_EQ(watch.unwiped(), 0u) << keep;
  }
}

TEST(wiping, given_a_short_string_when_wiped_then_its_small_buffer_is_zero) {
  std::string text{needle};
  ASSERT_LT(text.capacity(), 16u) << "not a small string here";
  const char* buffer = text.data();
  wipe(text);
  EXPECT_TRUE(text.empty());
  EXPECT_FALSE(memmem(buffer, needle.size(), needle.data() + 1, needle.size() - 1));
}

TEST(wiping, given_a_secret_when_it_crosses_the_wire_then_our_copies_are_wiped) {
  secret sent{token_text(50)};
  test::wire_bytes bytes;
  bytes.reserve(4096); // the framework's buffer is not ours to wipe: keep it out of sight
  auto loaded = std::make_unique<secret>();
  heap_watch watch;
  ASSERT_TRUE(test::save(bytes, sent));
  EXPECT_GE(watch.freed(), 1u) << "the copy that was saved";
  ASSERT_TRUE(test::load(bytes, *loaded));
  ASSERT_TRUE(*loaded == sent);
  loaded.reset();
  sent = secret{};
  EXPECT_EQ(watch.unwiped(), 0u);
}

TEST(wiping, given_a_message_that_is_cut_when_loaded_then_our_copies_are_wiped) {
  secret sent{token_text(50)}, loaded;
  test::wire_bytes bytes;
  ASSERT_TRUE(test::save(bytes, sent));
  bytes.pop_back();
  heap_watch watch;
  ASSERT_FALSE(test::load(bytes, loaded));
  EXPECT_EQ(watch.unwiped(), 0u);
}

} // namespace
} // namespace breakwater
