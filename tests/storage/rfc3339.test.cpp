#include "breakwater/storage/rfc3339.hpp"

#include <gtest/gtest.h>

namespace breakwater {

namespace {

wall_time at(int64_t nanoseconds) { return wall_time{std::chrono::nanoseconds{nanoseconds}}; }

} // namespace

TEST(rfc3339, given_a_time_when_rendered_then_it_has_the_digits_it_needs) {
  EXPECT_EQ(render_rfc3339(at(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(render_rfc3339(at(1'748'781'000'000'000'000)), "2025-06-01T12:30:00Z");
  EXPECT_EQ(render_rfc3339(at(1'748'781'000'120'000'000)), "2025-06-01T12:30:00.120Z");
  EXPECT_EQ(render_rfc3339(at(1'748'781'000'000'007'000)), "2025-06-01T12:30:00.000007Z");
  EXPECT_EQ(render_rfc3339(at(1)), "1970-01-01T00:00:00.000000001Z");
  EXPECT_EQ(render_rfc3339(at(-1)), "1969-12-31T23:59:59.999999999Z");
}

TEST(rfc3339, given_any_time_when_rendered_then_it_is_parsed_back) {
  for (auto time : {at(0), at(1), at(-1), at(1'748'781'000'123'456'789), at(951'782'400'000'000'000)})
    EXPECT_EQ(parse_rfc3339(render_rfc3339(time)), time);
}

TEST(rfc3339, given_other_spellings_of_a_time_when_parsed_then_they_are_the_same) {
  auto noon = at(1'748'781'000'000'000'000);
  for (auto* text :
       {"2025-06-01T12:30:00Z", "2025-06-01t12:30:00z", "2025-06-01 12:30:00Z", "2025-06-01T12:30:00.0Z",
        "2025-06-01T14:30:00+02:00", "2025-06-01T12:30:00-00:00", "2025-06-01T07:00:00-05:30", "2025-06-01T12:29:60Z"})
    EXPECT_EQ(parse_rfc3339(text), noon) << text;
  EXPECT_EQ(parse_rfc3339("2025-06-01T12:30:00.1234567891Z"), noon + std::chrono::nanoseconds{123'456'789});
}

TEST(rfc3339, given_dates_beyond_the_clock_when_parsed_then_they_are_the_nearest) {
  EXPECT_GT(*parse_rfc3339("9999-12-31T23:59:59Z"), *parse_rfc3339("2262-01-01T00:00:00Z"));
  EXPECT_LT(*parse_rfc3339("0000-01-01T00:00:00Z"), *parse_rfc3339("1678-01-01T00:00:00Z"));
  EXPECT_EQ(parse_rfc3339(render_rfc3339(wall_time::max())), parse_rfc3339("9999-12-31T23:59:59Z"));
}

TEST(rfc3339, given_other_text_when_parsed_then_there_is_nothing) {
  for (auto* text : {"", "2025", "2025-06-01", "2025-06-01T12:30:00", "2025-06-01T12:30Z", "2025-13-01T12:30:00Z",
                     "2025-02-29T12:30:00Z", "2025-06-01T24:00:00Z", "2025-06-01T12:60:00Z", "2025-06-01T12:30:61Z",
                     "2025-06-01T12:30:00.Z", "2025-06-01T12:30:00+24:00", "2025-06-01T12:30:00+0200",
                     "2025-06-01T12:30:00Zx", " 2025-06-01T12:30:00Z", "+025-06-01T12:30:00Z", "1748781000"})
    EXPECT_FALSE(parse_rfc3339(text)) << text;
}

} // namespace breakwater
