#include "breakwater/actors/system_config.hpp"
#include "breakwater/tools/storm/child_main.hpp"
#include "breakwater/tools/storm/child_protocol.hpp"
#include "breakwater/tools/storm/interrupt.hpp"
#include "breakwater/tools/storm/json.hpp"
#include "breakwater/tools/storm/options.hpp"
#include "breakwater/tools/storm/output_file.hpp"
#include "breakwater/tools/storm/plotter.hpp"
#include "breakwater/tools/storm/process_storm.hpp"
#include "breakwater/tools/storm/progress_display.hpp"
#include "breakwater/tools/storm/report.hpp"
#include "breakwater/tools/storm/run.hpp"
#include "breakwater/tools/storm/table.hpp"
#include "breakwater/tools/storm/verdict_on_row.hpp"

#include <cstdlib>
#include <iostream>
#include <string_view>

#include <unistd.h>

namespace {

using namespace breakwater::storm;

constexpr int exit_broken = 1, exit_failed = 2, exit_interrupted = 130;

int fail(const std::string& why) {
  std::fprintf(stderr, "breakwater-storm: %s\n", why.c_str());
  return exit_failed;
}

bool is_terminal(std::FILE* file) {
  auto* kind = std::getenv("TERM");
  return ::isatty(::fileno(file)) == 1 && (kind == nullptr || std::string_view{kind} != "dumb");
}

/// https://no-color.org
bool wants_colour(std::FILE* file) {
  auto* no = std::getenv("NO_COLOR");
  return is_terminal(file) && (no == nullptr || *no == '\0');
}

struct outcome {
  std::vector<row> rows;
  std::string problem;
};

outcome run_all(const options& wanted) {
  outcome all;
  breakwater::system_config config;
  caf::actor_system system{config};
  progress_display display{stderr, is_terminal(stderr),
                           (wanted.chosen.size() + (wanted.processes > 0)) * wanted.policies.size()};
  onlooker who;
  who.show = [&](const progress& now) { display.show(now); };
  who.interrupted = was_interrupted;
  /// False: no more rows.
  auto run_row = [&](std::string_view name, policy_kind policy, auto storm) {
    display.begin(name, policy);
    run_result ran = storm(policy);
    if (!ran.measured) {
      all.problem = ran.problem;
      return false;
    }
    display.end(*ran.measured);
    all.rows.push_back(std::move(*ran.measured));
    return true;
  };
  for (auto* scenario : wanted.chosen)
    for (auto policy : wanted.policies)
      if (!run_row(scenario->name, policy,
                   [&](auto kind) { return run_storm(system, *scenario, kind, wanted.storm, who); }))
        return all;
  if (wanted.processes > 0)
    for (auto policy : wanted.policies)
      if (!run_row(std::to_string(wanted.processes) + " processes", policy,
                   [&](auto kind) { return run_process_storm(wanted.processes, kind, wanted.storm, who); }))
        return all;
  return all;
}

/// Prints what Breakwater's rows promise and do not keep. True if they keep all.
bool judge(const std::vector<row>& rows) {
  size_t judged = 0, broken = 0;
  for (const auto& each : rows) {
    if (each.policy != policy_kind::breakwater)
      continue;
    ++judged;
    auto faults = faults_of(each);
    broken += !faults.empty();
    for (const auto& fault : faults)
      std::printf("BROKEN: %s, breakwater: %s\n", title_of(each).c_str(), fault.c_str());
  }
  if (judged > 0)
    std::printf("breakwater keeps its promises in %zu of %zu scenarios\n", judged - broken, judged);
  return broken == 0;
}

std::optional<std::string> write_files(const options& wanted, const std::vector<row>& rows) {
  if (!wanted.json_file.empty())
    if (auto problem = write_output(wanted.json_file, render_json(rows)))
      return problem;
  if (wanted.report_file.empty())
    return std::nullopt;
  auto page = render_report(rows, wanted.storm);
  return page.problem.empty() ? write_output(wanted.report_file, page.html) : page.problem;
}

} // namespace

int main(int argc, char** argv) {
  if (argc == 2 && argv[1] == child_word)
    return run_child(std::cin, std::cout);
  auto parsed = parse_options(argc, argv);
  if (!parsed.wanted)
    return parsed.exit_code;
  const auto& wanted = *parsed.wanted;
  if (!wanted.report_file.empty())
    if (auto problem = problem_of_plotter())
      return fail("--report: " + *problem);
  catch_interrupts();
  auto all = run_all(wanted);
  if (!all.problem.empty())
    return fail(all.problem);
  std::fputs(render_table(all.rows, wants_colour(stdout)).c_str(), stdout);
  if (was_interrupted()) {
    std::fputs("breakwater-storm: interrupted; the rows above were measured before\n", stderr);
    return exit_interrupted;
  }
  std::putchar('\n');
  auto kept = judge(all.rows);
  std::fflush(stdout);
  if (auto problem = write_files(wanted, all.rows))
    return fail(*problem);
  return kept ? 0 : exit_broken;
}
