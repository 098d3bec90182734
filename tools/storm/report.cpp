#include "breakwater/tools/storm/report.hpp"

#include "breakwater/tools/storm/plot_script.hpp"
#include "breakwater/tools/storm/plotter.hpp"
#include "breakwater/tools/storm/report_style.hpp"
#include "breakwater/tools/storm/table.hpp"
#include "breakwater/tools/storm/verdict_on_row.hpp"

#include <cstdio>

namespace breakwater::storm {

namespace {

using rows_of_scenario = std::vector<row>;

std::string escaped(std::string_view text) {
  std::string out;
  for (auto c : text)
    switch (c) {
    case '&':
      out += "&amp;";
      break;
    case '<':
      out += "&lt;";
      break;
    case '>':
      out += "&gt;";
      break;
    case '"':
      out += "&quot;";
      break;
    default:
      out += c;
    }
  return out;
}

std::string print(const char* format, double number) {
  char text[32];
  std::snprintf(text, sizeof text, format, number);
  return text;
}

std::vector<rows_of_scenario> by_scenario(const std::vector<row>& rows) {
  std::vector<rows_of_scenario> groups;
  for (const auto& each : rows) {
    if (groups.empty() || groups.back().front().scenario != each.scenario)
      groups.emplace_back();
    groups.back().push_back(each);
  }
  return groups;
}

std::string cell(const std::string& text, const char* kind = "") {
  auto open = *kind == '\0' ? std::string{"<td>"} : std::string{"<td class=\""} + kind + "\">";
  return open + escaped(text) + "</td>";
}

const char* mood(bool good) { return good ? "words good" : "words bad"; }

std::string table_row(const row& r, bool first) {
  auto policy = std::string{name_of(r.policy)};
  return "<tr class=\"" + policy + "\">" + cell(first ? title_of(r) : "", "words") + cell(policy, "words") +
         cell(std::to_string(r.callers)) + cell(std::to_string(r.asked)) +
         cell(std::to_string(r.requests), r.requests <= requests_allowed(r) ? "good" : "bad") +
         cell(std::to_string(r.replays), r.replays > 0 ? "bad" : "") +
         cell(r.family_alive ? "alive" : "revoked", mood(r.family_alive)) +
         cell(r.token_kept ? "kept" : "lost", mood(r.token_kept)) +
         cell(std::to_string(r.requests_after_poison), r.requests_after_poison > 0 ? "bad" : "") +
         cell(render_milliseconds(r.p50)) + cell(render_milliseconds(r.p99)) +
         cell(print("%.2f", std::chrono::duration<double>(r.wall).count())) + "</tr>\n";
}

std::string table(const std::vector<rows_of_scenario>& groups) {
  std::string out = R"(<div class="scroll"><table>
<thead><tr><th class="words">scenario</th><th class="words">policy</th><th>callers</th><th>asked</th><th>requests</th>
<th>replays</th><th class="words">family</th><th class="words">refresh<br>token</th><th>after<br>poison</th>
<th>p50<br>(ms)</th><th>p99<br>(ms)</th><th>wall<br>(s)</th></tr></thead>
)";
  for (const auto& group : groups) {
    out += "<tbody>\n";
    for (const auto& each : group)
      out += table_row(each, &each == &group.front());
    out += "</tbody>\n";
  }
  return out + "</table></div>\n";
}

std::string figure(const std::string& caption, std::string_view scenario, const std::string& svg) {
  return "<figure role=\"img\" aria-label=\"" + escaped(caption) + ", " + escaped(scenario) + "\"><figcaption>" +
         escaped(caption) + "</figcaption>" + svg + "</figure>\n";
}

std::string section(const rows_of_scenario& group, const std::string& requests, const std::string& latencies) {
  const auto& what = *group.front().scenario;
  return "<section id=\"" + escaped(what.name) + "\"><h2>" + escaped(title_of(group.front())) +
         "</h2>\n<p class=\"soft\">" + escaped(what.about) + "</p>\n<div class=\"plots\">\n" +
         figure("Requests that reached the authority", what.name, requests) +
         figure("Latency: how soon asks were answered", what.name, latencies) + "</div></section>\n";
}

std::string introduction(const std::vector<row>& rows, const storm_settings& settings) {
  auto text =
      "<h1>The refresh storm, and its end</h1>\n<p>" + std::to_string(settings.callers) +
      " callers of one OAuth credential: all ask at once, then each about " + print("%g", settings.rate) +
      " times a second for " + print("%g", std::chrono::duration<double>(settings.time).count()) +
      "&nbsp;s. The authority answers after " + std::to_string(settings.delay.count()) +
      "&nbsp;ms unless a scenario says more, gives a new refresh token each time, and revokes all tokens of a login "
      "when an old one comes again. Everything went over HTTP on one machine.</p>\n";
  size_t judged = 0, broken = 0;
  for (const auto& each : rows)
    if (each.policy == policy_kind::breakwater) {
      ++judged;
      broken += !faults_of(each).empty();
    }
  if (judged > 0)
    text += std::string{"<p class=\""} + (broken == 0 ? "good" : "bad") +
            "\"><strong>Breakwater keeps its promises in " + std::to_string(judged - broken) + " of " +
            std::to_string(judged) + " scenarios.</strong></p>\n";
  return text + R"(<dl>
<dt>naive</dt><dd>every caller for itself: it reads the shared credential, refreshes, and writes back what it got</dd>
<dt>serial</dt><dd>one refresh after another behind a lock; results and refusals are not shared</dd>
<dt>breakwater</dt><dd>one auth actor owns the credential: one request for all, and none after a refusal</dd>
</dl>
)";
}

constexpr auto legend =
    R"(<p class="soft">Requests, replays and families are counted by the authority. After poison: requests
sent after the refusal of the same token had come back. A latency with &gt; is a lower bound: some asks were still open when
the row ended. Curves of latency that end below 100 % leave those asks out.</p>
)";

} // namespace

report_page render_report(const std::vector<row>& rows, const storm_settings& settings) {
  auto groups = by_scenario(rows);
  std::string script;
  std::vector<std::string> files;
  for (const auto& group : groups) {
    files.push_back("plot" + std::to_string(files.size()) + ".svg");
    script += script_of_requests(group, light_palette, files.back());
    files.push_back("plot" + std::to_string(files.size()) + ".svg");
    script += script_of_latencies(group, light_palette, files.back());
  }
  auto drawn = draw(script, files);
  if (!drawn.problem.empty())
    return {{}, drawn.problem};
  auto html = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<meta name=\"viewport\" "
              "content=\"width=device-width, initial-scale=1\">\n<title>breakwater-storm</title>\n<style>" +
              render_style() + "</style></head>\n<body><main>\n" + introduction(rows, settings) + table(groups) +
              legend;
  for (size_t i = 0; i < groups.size(); ++i)
    html += section(groups[i], drawn.svgs[2 * i], drawn.svgs[2 * i + 1]);
  return {html + "</main></body></html>\n", {}};
}

} // namespace breakwater::storm
