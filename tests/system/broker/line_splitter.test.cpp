#include "breakwater/tools/broker/rpc/line_splitter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace breakwater::broker {

namespace {

using testing::ElementsAre;

std::vector<std::string> take_all(line_splitter& from) {
  std::vector<std::string> out;
  while (auto line = from.next())
    out.emplace_back(*line);
  from.keep();
  return out;
}

} // namespace

TEST(line_splitter, given_whole_lines_when_fed_at_once_then_they_come_in_order) {
  line_splitter lines{100};
  lines.feed("a\nbb\n\nccc\n");
  EXPECT_THAT(take_all(lines), ElementsAre("a", "bb", "", "ccc"));
  EXPECT_EQ(lines.size(), 0u);
}

TEST(line_splitter, given_any_cut_when_fed_in_two_pieces_then_the_lines_are_the_same) {
  const std::string text = "first\nsecond line\nthird\nrest";
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    line_splitter lines{100};
    std::vector<std::string> found;
    for (auto piece : {text.substr(0, cut), text.substr(cut)}) {
      lines.feed(piece);
      for (auto& line : take_all(lines))
        found.push_back(line);
      piece.assign(piece.size(), 'X'); // what was borrowed is not looked at any more
    }
    EXPECT_THAT(found, ElementsAre("first", "second line", "third")) << cut;
    EXPECT_EQ(lines.rest(), "rest") << cut;
  }
}

TEST(line_splitter, given_lines_not_taken_when_more_come_then_none_is_lost) {
  line_splitter lines{100};
  lines.feed("1\n2\n3\n");
  EXPECT_EQ(*lines.next(), "1");
  lines.keep();
  lines.feed("4\n5");
  EXPECT_EQ(*lines.next(), "2");
  lines.keep();
  lines.feed("5\n");
  EXPECT_THAT(take_all(lines), ElementsAre("3", "4", "55"));
}

TEST(line_splitter, given_a_line_of_the_limit_when_fed_then_it_comes_and_one_byte_more_does_not) {
  line_splitter lines{5};
  lines.feed("12345\n");
  EXPECT_THAT(take_all(lines), ElementsAre("12345"));
  EXPECT_FALSE(lines.is_too_long());
  lines.feed("ok\n123456\n");
  EXPECT_THAT(take_all(lines), ElementsAre("ok"));
  EXPECT_TRUE(lines.is_too_long());
}

TEST(line_splitter, given_no_newline_when_the_limit_is_reached_then_it_says_so) {
  line_splitter lines{1000};
  const std::string piece(100, 'x');
  for (int i = 0; i < 11 && !lines.is_too_long(); ++i) {
    lines.feed(piece);
    EXPECT_TRUE(take_all(lines).empty());
  }
  EXPECT_TRUE(lines.is_too_long());
}

} // namespace breakwater::broker
