#include "breakwater/transport/redact.hpp"

#include <gtest/gtest.h>

#include <array>

namespace breakwater {
namespace {

constexpr std::array<std::string_view, 2> secrets = {"correct-horse-battery", "pass"};

TEST(redact, given_a_secret_when_shown_then_replaced_wherever_and_however_it_is_written) {
  EXPECT_EQ(without_secrets("a correct-horse-battery b", secrets), "a [redacted] b");
  EXPECT_EQ(without_secrets("Correct-Horse-BATTERY", secrets), "[redacted]");
  EXPECT_EQ(without_secrets("xcorrect-horse-batterycorrect-horse-batteryy", secrets), "x[redacted][redacted]y");
  EXPECT_EQ(without_secrets("the pass is PASSword", secrets), "the [redacted] is [redacted]word");
}

TEST(redact, given_a_piece_of_a_secret_when_shown_then_replaced_from_12_characters) {
  EXPECT_EQ(without_secrets("correct-hors...", secrets), "[redacted]...");
  EXPECT_EQ(without_secrets("horse-battery", secrets), "[redacted]");
  EXPECT_EQ(without_secrets("correct-hor", secrets), "correct-hor");
}

TEST(redact, given_no_secret_when_shown_then_unchanged) {
  EXPECT_EQ(without_secrets("an ordinary text", secrets), "an ordinary text");
  EXPECT_EQ(without_secrets("", secrets), "");
  EXPECT_EQ(without_secrets("abc", std::array<std::string_view, 2>{"", "a"}), "abc");
}

TEST(redact, given_what_is_not_printable_when_shown_then_question_marks_up_to_the_size) {
  EXPECT_EQ(printable(std::string_view{"a\0\n\x7F\xFF z", 7}, 100), "a???? z");
  EXPECT_EQ(printable("abcdef", 3), "abc");
}

TEST(redact, given_words_when_shown_then_only_those_like_tokens_are_replaced) {
  EXPECT_EQ(without_lookalikes("abcdefghij1234567890"), "[redacted]");
  EXPECT_EQ(without_lookalikes("abcdefghij123456789 x"), "abcdefghij123456789 x");
  EXPECT_EQ(without_lookalikes("abcdefghijklmnopqrstuvwxyz"), "abcdefghijklmnopqrstuvwxyz");
  EXPECT_EQ(without_lookalikes("(" + std::string(40, 'a') + ")"), "([redacted])");
  EXPECT_EQ(without_lookalikes(""), "");
}

TEST(redact, given_a_secret_hidden_by_what_is_removed_when_shown_then_still_replaced) {
  EXPECT_EQ(fit_to_show(std::string(1015, ' ') + "correct-horse-battery", secrets, 2000), std::string(1015, ' '));
  EXPECT_EQ(fit_to_show("correct-horse-battery", secrets, 5), "[reda");
}

} // namespace
} // namespace breakwater
