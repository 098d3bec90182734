#include "breakwater/tools/broker/config/duration_text.hpp"

#include <gmock/gmock.h>

namespace breakwater::broker {
namespace {

using namespace std::chrono_literals;

TEST(duration_text, given_a_length_with_units_when_read_then_it_is_their_sum) {
  EXPECT_EQ(parse_duration("0"), 0ms);
  EXPECT_EQ(parse_duration("250ms"), 250ms);
  EXPECT_EQ(parse_duration("30s"), 30s);
  EXPECT_EQ(parse_duration("5m"), 5min);
  EXPECT_EQ(parse_duration("1h30m"), 90min);
  EXPECT_EQ(parse_duration("8d"), 192h);
  EXPECT_EQ(parse_duration("1d2h3m4s5ms"), 26h + 3min + 4s + 5ms);
}

TEST(duration_text, given_anything_else_when_read_then_nothing) {
  for (const auto* text : {"", "5", "m", "-5s", "5 s", "1.5h", "5m5", "5s1m", "5m5m", "5x", "99999999999999999999s",
                           "9999999999d", "5ms1s", " 5s", "5S"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(duration_text, given_a_length_when_rendered_then_it_reads_back) {
  for (auto length : {0ms, 1ms, 999ms, 1000ms, 60'000ms, 61'001ms, 86'400'000ms, 694'861'007ms})
    EXPECT_EQ(parse_duration(render_duration(length)), length) << render_duration(length);
  EXPECT_EQ(render_duration(90min), "1h30m");
}

TEST(duration_text, given_a_distance_when_rendered_then_two_units_say_it) {
  EXPECT_EQ(render_distance(0s), "now");
  EXPECT_EQ(render_distance(999ms), "now");
  EXPECT_EQ(render_distance(59s), "in 59 s");
  EXPECT_EQ(render_distance(3600s), "in 1 h");
  EXPECT_EQ(render_distance(3661s), "in 1 h 1 min");
  EXPECT_EQ(render_distance(3601s), "in 1 h");
  EXPECT_EQ(render_distance(-90s), "1 min 30 s ago");
  EXPECT_EQ(render_distance(-48h), "2 days ago");
  EXPECT_EQ(render_distance(25h), "in 1 day 1 h");
}

} // namespace
} // namespace breakwater::broker
