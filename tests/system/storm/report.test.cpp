#include "breakwater/tools/storm/report.hpp"

#include "breakwater/tools/storm/plot_script.hpp"
#include "breakwater/tools/storm/plotter.hpp"
#include "breakwater/tools/storm/report_style.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sample_row.hpp"

namespace breakwater::storm {

namespace {

using testing::HasSubstr;
using testing::Not;

} // namespace

TEST(plot_script, given_rows_when_rendered_then_a_curve_and_a_legend_for_each_policy) {
  auto ours = perfect_row("rotation"), theirs = ours;
  theirs.policy = policy_kind::naive;
  auto script = script_of_requests({theirs, ours}, light_palette, "a.svg");
  EXPECT_THAT(script, HasSubstr("set output 'a.svg'"));
  EXPECT_THAT(script, HasSubstr("title 'naive'"));
  EXPECT_THAT(script, HasSubstr("title 'breakwater'"));
  EXPECT_THAT(script, HasSubstr("1 1\n305 1\n"));
  EXPECT_THAT(script, HasSubstr("(ms)"));
}

TEST(plot_script, given_open_asks_when_rendered_then_the_curve_ends_below_all) {
  auto made = perfect_row("rotation");
  made.latencies[1].open = true;
  auto script = script_of_latencies({made}, light_palette, "a.svg");
  EXPECT_THAT(script, HasSubstr("0.09 50\nEOD"));
}

TEST(plot_script, given_a_row_that_nobody_asked_in_when_rendered_then_no_empty_curve) {
  auto made = perfect_row("rotation");
  made.arrivals.clear();
  EXPECT_THAT(script_of_requests({made}, light_palette, "a.svg"), Not(HasSubstr("plot ")));
}

TEST(plotter, given_a_whole_file_when_made_an_element_then_nothing_of_it_clashes_with_others) {
  auto element = to_element("<?xml version=\"1.0\"?>\n<svg>\n<title>x</title><defs><g id=\"a\"/></defs><g "
                            "id=\"gnuplot_plot_1\"/></svg>");
  EXPECT_EQ(element, "<svg>\n<g class=\"gnuplot_plot_1\"/></svg>");
}

TEST(report_style, given_both_palettes_when_rendered_then_a_dark_page_replaces_each_colour) {
  auto style = render_style();
  EXPECT_THAT(style, HasSubstr("prefers-color-scheme: dark"));
  EXPECT_THAT(style, HasSubstr("[stroke=\"rgb(203,  75,   0)\"] { stroke: rgb(255, 146, 77) }"));
  EXPECT_THAT(style, HasSubstr("[fill=\"rgb(31,35,40)\"] { fill: rgb(230, 237, 243) }"));
}

TEST(report, given_rows_when_rendered_then_a_whole_page_or_a_clear_reason) {
  auto page = render_report({perfect_row("rotation"), perfect_row("lost-answer")}, {});
  if (auto problem = problem_of_plotter()) {
    EXPECT_THAT(*problem, HasSubstr("gnuplot"));
    EXPECT_THAT(page.problem, HasSubstr("gnuplot"));
    return;
  }
  ASSERT_EQ(page.problem, "");
  EXPECT_THAT(page.html, testing::EndsWith("</html>\n"));
  EXPECT_THAT(page.html, HasSubstr("<section id=\"lost-answer\">"));
  EXPECT_THAT(page.html, HasSubstr("keeps its promises in 2 of 2"));
  // Drawn in the colours that the style sheet knows.
  EXPECT_THAT(page.html, HasSubstr("stroke='rgb(  0,  98, 168)'"));
  EXPECT_THAT(page.html, HasSubstr("fill=\"rgb(31,35,40)\""));
  // Nothing is fetched and nothing runs.
  EXPECT_THAT(page.html, Not(HasSubstr("<script")));
  EXPECT_THAT(page.html, Not(HasSubstr("src=")));
  EXPECT_THAT(page.html, Not(HasSubstr("url(")));
}

} // namespace breakwater::storm
