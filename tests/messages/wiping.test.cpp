#include "breakwater/messages/secret.hpp"
#include "breakwater/tests/messages/caf_serial.hpp"
#include "breakwater/tests/messages/samples.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <string_view>

#include <malloc.h>

/// What the replaced operator delete of this program looks for in every block before it is freed.
namespace {

constexpr std::string_view needle = "NEEDLE-2c9a";

std::atomic<bool> watching = false;
std::atomic<int> blocks_freed = 0;
std::atomic<int> blocks_with_needle = 0;

void look_and_free(void* block) noexcept {
  if (block && watching) {
    ++blocks_freed;
    if (memmem(block, malloc_usable_size(block), needle.data(), needle.size()))
      ++blocks_with_needle;
  }
  std::free(block);
}

void* allocate(size_t size) {
  // Zeroed, so that no remainder of an earlier block is taken for a secret that was not wiped.
  if (auto* block = std::calloc(1, size ? size : 1))
    return block;
  throw std::bad_alloc{};
}

} // namespace

void* operator new(size_t size) { return allocate(size); }
void* operator new[](size_t size) { return allocate(size); }
void operator delete(void* block) noexcept { look_and_free(block); }
void operator delete[](void* block) noexcept { look_and_free(block); }
void operator delete(void* block, size_t) noexcept { look_and_free(block); }
void operator delete[](void* block, size_t) noexcept { look_and_free(block); }

namespace breakwater {
namespace {

/// Counts the freed blocks that still hold the needle, while it lives.
class heap_watch {
public:
  heap_watch() {
    blocks_freed = blocks_with_needle = 0;
    watching = true;
  }
  ~heap_watch() { watching = false; }
  int freed() const { return blocks_freed; }
  int unwiped() const { return blocks_with_needle; }
};

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
  EXPECT_EQ(watch.freed(), 2);
  EXPECT_EQ(watch.unwiped(), 1);
}

TEST(wiping, given_a_secret_when_its_last_copy_dies_then_the_freed_block_holds_nothing) {
  for (size_t filler : {0, 1, 7, 100, 5000}) {
    auto text = token_text(filler);
    auto first = std::make_unique<secret>(text);
    auto second = std::make_unique<secret>(*first);
    heap_watch watch;
    first.reset();
    EXPECT_EQ(watch.freed(), 1) << "only the handle";
    second.reset();
    EXPECT_GE(watch.freed(), 3) << "the handles and the block";
    EXPECT_EQ(watch.unwiped(), 0) << text.size() << " bytes";
  }
}

TEST(wiping, given_a_secret_when_another_is_assigned_then_the_old_block_is_wiped) {
  auto text = token_text(50);
  secret held{text};
  heap_watch watch;
  held = secret{};
  EXPECT_GE(watch.freed(), 1);
  EXPECT_EQ(watch.unwiped(), 0);
}

TEST(wiping, given_a_string_when_absorbed_then_its_buffer_is_wiped) {
  auto text = std::make_unique<std::string>(token_text(50));
  auto held = secret::absorb(*text);
  heap_watch watch;
  text.reset();
  EXPECT_EQ(watch.freed(), 2);
  EXPECT_EQ(watch.unwiped(), 0);
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
    EXPECT_EQ(watch.unwiped(), 0) << keep;
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
  EXPECT_GE(watch.freed(), 1) << "the copy that was saved";
  ASSERT_TRUE(test::load(bytes, *loaded));
  ASSERT_TRUE(*loaded == sent);
  loaded.reset();
  sent = secret{};
  EXPECT_EQ(watch.unwiped(), 0);
}

TEST(wiping, given_a_message_that_is_cut_when_loaded_then_our_copies_are_wiped) {
  secret sent{token_text(50)}, loaded;
  test::wire_bytes bytes;
  ASSERT_TRUE(test::save(bytes, sent));
  bytes.pop_back();
  heap_watch watch;
  ASSERT_FALSE(test::load(bytes, loaded));
  EXPECT_EQ(watch.unwiped(), 0);
}

} // namespace
} // namespace breakwater
