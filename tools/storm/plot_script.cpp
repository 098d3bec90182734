#include "breakwater/tools/storm/plot_script.hpp"

#include <algorithm>
#include <cstdio>

namespace breakwater::storm {

namespace {

/// More points than pixels only make the page larger.
constexpr size_t points_max = 300;
/// A log scale has no zero: what is quicker counts as this.
constexpr double latency_floor_ms = 0.01;

struct curve {
  policy_kind policy;
  std::vector<std::pair<double, double>> points;
};

double milliseconds_of(duration d) { return std::chrono::duration<double, std::milli>(d).count(); }

std::string hex(colour c) {
  char text[16];
  std::snprintf(text, sizeof text, "'#%02x%02x%02x'", c.red, c.green, c.blue);
  return text;
}

std::string decimal(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", number);
  return text;
}

/// Every so many of `count` things are enough; the last one always is.
bool is_drawn(size_t i, size_t count) {
  auto stride = std::max<size_t>(count / points_max, 1);
  return i % stride == 0 || i + 1 == count;
}

curve requests_of(const row& r) {
  curve out{r.policy, {}};
  for (size_t i = 0; i < r.arrivals.size(); ++i)
    if (is_drawn(i, r.arrivals.size()))
      // What arrived before the burst was there when it began.
      out.points.emplace_back(std::max(milliseconds_of(r.arrivals[i]), 0.0), static_cast<double>(i + 1));
  if (!out.points.empty())
    // Requests that were under way at the end still counted.
    out.points.emplace_back(std::max(milliseconds_of(r.wall), out.points.back().first), out.points.back().second);
  return out;
}

curve latencies_of(const row& r) {
  curve out{r.policy, {}};
  std::vector<duration> answered;
  for (const auto& each : r.latencies)
    if (!each.open)
      answered.push_back(each.value);
  for (size_t i = 0; i < answered.size(); ++i)
    if (is_drawn(i, answered.size()))
      out.points.emplace_back(std::max(milliseconds_of(answered[i]), latency_floor_ms),
                              100.0 * static_cast<double>(i + 1) / static_cast<double>(r.latencies.size()));
  return out;
}

std::string preamble(const palette& with, const std::string& file) {
  auto text = " textcolor rgb " + hex(with.text);
  return "reset\nset terminal svg size 560,330 dynamic font 'sans-serif,13'\nset output '" + file +
         "'\nset key outside top center horizontal samplen 3" + text + "\nset border 3 linecolor rgb " +
         hex(with.axis) + "\nset tics nomirror out" + text + "\nset grid xtics ytics linecolor rgb " + hex(with.grid) +
         " linewidth 1 dashtype 1\n";
}

std::string label(const char* axis, const char* words, const palette& with) {
  return std::string{"set "} + axis + "label '" + words + "' textcolor rgb " + hex(with.text) + "\n";
}

std::string plot(const std::vector<curve>& curves, const char* how, const palette& with) {
  std::string data, command;
  for (size_t i = 0; i < curves.size(); ++i) {
    const auto& each = curves[i];
    if (each.points.empty())
      continue;
    auto name = "$curve" + std::to_string(i);
    data += name + " << EOD\n";
    for (auto [x, y] : each.points)
      data += decimal(x) + " " + decimal(y) + "\n";
    data += "EOD\n";
    auto is_ours = each.policy == policy_kind::breakwater;
    command += (command.empty() ? "plot " : ", ") + name + " using 1:2 with " + how + " linecolor rgb " +
               hex(with.policies[static_cast<size_t>(each.policy)]) + " linewidth " + (is_ours ? "3" : "2.5") +
               " dashtype " + (each.policy == policy_kind::serial ? "2" : "1") + " title '" +
               std::string{name_of(each.policy)} + "'";
  }
  return command.empty() ? "" : data + command + "\nunset output\n";
}

} // namespace

std::string script_of_requests(const std::vector<row>& rows, const palette& with, const std::string& file) {
  std::vector<curve> curves;
  double most = 1, longest = 1;
  for (const auto& each : rows) {
    curves.push_back(requests_of(each));
    most = std::max(most, static_cast<double>(each.requests));
    if (!curves.back().points.empty())
      longest = std::max(longest, curves.back().points.back().first);
  }
  return preamble(with, file) + label("x", "time since the burst (ms)", with) +
         label("y", "requests so far (log scale)", with) +
         "set logscale y\nset format y '%.0f'\nset xrange [0:" + decimal(longest) +
         "]\nset yrange [0.8:" + decimal(std::max(most * 1.5, 12.0)) + "]\n" + plot(curves, "steps", with);
}

std::string script_of_latencies(const std::vector<row>& rows, const palette& with, const std::string& file) {
  std::vector<curve> curves;
  double longest = 1;
  for (const auto& each : rows) {
    curves.push_back(latencies_of(each));
    if (!each.latencies.empty())
      longest = std::max(longest, milliseconds_of(each.latencies.back().value));
  }
  return preamble(with, file) + label("x", "time to the answer (ms, log scale)", with) +
         label("y", "asks answered within it (%)", with) + "set logscale x\nset format x '%g'\nset xrange [" +
         decimal(latency_floor_ms) + ":" + decimal(longest * 1.3) + "]\nset yrange [0:102]\nset ytics 0,20,100\n" +
         plot(curves, "lines", with);
}

} // namespace breakwater::storm
