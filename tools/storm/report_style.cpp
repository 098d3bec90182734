#include "breakwater/tools/storm/report_style.hpp"

#include "breakwater/tools/storm/palette.hpp"

#include <cstdio>

namespace breakwater::storm {

namespace {

constexpr auto base = R"(
:root { color-scheme: light dark; --page: #ffffff; --card: #f6f8fa; --line: #d8dee4; --text: #1f2328; --soft: #57606a;
  --good: #1a7f37; --bad: #cf222e; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 1240px; margin: 0 auto; padding: 24px 20px 60px; }
h1 { font-size: 1.9rem; margin: 0 0 .2em; line-height: 1.2; }
h2 { font-size: 1.2rem; margin: 0; }
p { margin: .4em 0; max-width: 75ch; }
.soft { color: var(--soft); }
.scroll { overflow-x: auto; margin: 20px 0; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { padding: 3px 10px; text-align: right; white-space: nowrap; }
th { color: var(--soft); font-weight: 600; border-bottom: 2px solid var(--line); vertical-align: bottom; }
.words { text-align: left; }
tbody tr:first-child td { border-top: 1px solid var(--line); padding-top: 8px; }
tbody tr:last-child td { padding-bottom: 8px; }
tr.breakwater { font-weight: 600; }
.good { color: var(--good); }
.bad { color: var(--bad); }
section { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 16px 18px; margin: 20px 0; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); gap: 16px; }
figure { margin: 10px 0 0; }
figcaption { font-weight: 600; font-size: .95rem; text-align: center; }
svg { width: 100%; height: auto; display: block; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 10px 0; }
dt { font-weight: 600; }
dd { margin: 0; color: var(--soft); }
)";

constexpr auto dark_base = R"(
:root { --page: #0d1117; --card: #151b23; --line: #30363d; --text: #e6edf3; --soft: #9198a1; --good: #3fb950;
  --bad: #ff7b72; }
)";

std::string print(const char* format, colour c) {
  char text[40];
  std::snprintf(text, sizeof text, format, c.red, c.green, c.blue);
  return text;
}

/// gnuplot writes the colour of a line padded, and that of a text not. A rule of a style sheet beats such attributes.
std::string replace_colour(colour from, colour to) {
  auto with = print("rgb(%d, %d, %d)", to);
  return "[stroke=\"" + print("rgb(%3d, %3d, %3d)", from) + "\"] { stroke: " + with + " }\n[fill=\"" +
         print("rgb(%d,%d,%d)", from) + "\"] { fill: " + with + " }\n";
}

} // namespace

std::string render_style() {
  const auto &from = light_palette, &to = dark_palette;
  std::string dark = dark_base;
  dark += replace_colour(from.text, to.text) + replace_colour(from.axis, to.axis) + replace_colour(from.grid, to.grid);
  for (size_t i = 0; i < from.policies.size(); ++i)
    dark += replace_colour(from.policies[i], to.policies[i]);
  return std::string{base} + "@media (prefers-color-scheme: dark) {" + dark + "}\n";
}

} // namespace breakwater::storm
