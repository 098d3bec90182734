#include "breakwater/tools/storm/table.hpp"

#include "breakwater/tools/storm/progress_display.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "sample_row.hpp"

namespace breakwater::storm {

namespace {

using testing::HasSubstr;
using testing::Not;

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in{text};
  std::vector<std::string> lines;
  for (std::string each; std::getline(in, each);)
    lines.push_back(each);
  return lines;
}

std::vector<row> all_rows() {
  std::vector<row> rows;
  for (const auto& each : scenarios())
    for (auto policy : policy_kinds) {
      rows.push_back(perfect_row(each.name));
      rows.back().policy = policy;
    }
  return rows;
}

} // namespace

TEST(table, given_every_scenario_and_large_numbers_when_rendered_then_100_columns_suffice) {
  auto rows = all_rows();
  for (auto& each : rows) {
    each.callers = 10'000;
    each.asked = 999'999;
    each.requests = 999'999;
    each.replays = 999'999;
    each.requests_after_poison = 999'999;
    each.family_alive = false;
    each.p50 = {std::chrono::seconds{12}, true};
    each.p99 = {std::chrono::seconds{99}, true};
    each.wall = std::chrono::milliseconds{99'990};
    each.open = 1;
  }
  for (const auto& line : lines_of(render_table(rows, false)))
    EXPECT_LE(line.size(), 100u) << line;
}

TEST(table, given_rows_when_rendered_then_columns_are_aligned) {
  auto lines = lines_of(render_table(all_rows(), false));
  auto size = lines[3].size();
  for (size_t i = 3; i < lines.size(); ++i)
    EXPECT_TRUE(lines[i].empty() || lines[i].size() == size) << lines[i];
}

TEST(table, given_rows_of_one_scenario_when_rendered_then_it_is_named_once) {
  auto text = render_table(all_rows(), false);
  EXPECT_EQ(text.find("rotation"), text.rfind("rotation"));
}

TEST(table, given_no_wish_for_colour_when_rendered_then_no_escape_sequence) {
  EXPECT_THAT(render_table(all_rows(), false), Not(HasSubstr("\033")));
  EXPECT_THAT(render_table(all_rows(), true), HasSubstr("\033[32m"));
}

TEST(table, given_a_fault_when_rendered_in_colour_then_it_is_red) {
  auto made = perfect_row("rotation");
  made.family_alive = false;
  EXPECT_THAT(render_table({made}, true), HasSubstr("\033[31mrevoked"));
}

TEST(table, given_open_asks_when_rendered_then_a_percentile_is_marked_and_explained) {
  auto made = perfect_row("rotation");
  made.p99.open = true;
  made.open = 1;
  auto text = render_table({made}, false);
  EXPECT_THAT(text, HasSubstr(" >51.2 "));
  EXPECT_THAT(text, HasSubstr("some asks were still open"));
  EXPECT_THAT(render_table({perfect_row("rotation")}, false), Not(HasSubstr("still open")));
}

TEST(bar, given_a_long_title_when_rendered_then_it_fits_a_terminal) {
  progress now;
  now.asked = 5'000'000;
  now.requests = 5'000'000;
  now.elapsed = now.limit = std::chrono::seconds{1};
  auto bar = render_bar(29, 30, "no-refresh-token, breakwater", now);
  EXPECT_LE(bar.size(), 79u);
  EXPECT_THAT(bar, HasSubstr("30/30"));
  EXPECT_THAT(bar, HasSubstr("[############]"));
}

TEST(bar, given_the_first_row_just_begun_when_rendered_then_it_is_empty) {
  EXPECT_THAT(render_bar(0, 30, "rotation, naive", {}), HasSubstr("[............]  1/30"));
}

} // namespace breakwater::storm
