#include "breakwater/tools/storm/options.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace breakwater::storm {

namespace {

constexpr auto examples = R"(
EXAMPLES
  Everything, as tools/demo shows it.
    breakwater-storm --scenario all

  A thousand callers against a dead refresh token, the incident itself, with and without Breakwater.
    breakwater-storm --scenario refused-reused --callers 1000 --policy naive --policy breakwater

  Four programs that share one auth.json, fifty callers in each.
    breakwater-storm --processes 4 --callers 200

  Five seconds of polling twice a second, with a page of plots (needs gnuplot).
    breakwater-storm --scenario rotation --duration 5 --rate 2 --report storm.html

EXIT STATUS
  0 all is well; 1 a breakwater row breaks a promise, and the last lines say which; 2 it could not run;
  130 interrupted (the rows measured until then are printed); others: the command line makes no sense.
)";

constexpr auto reading = R"(
READING THE TABLE
  requests   token requests that reached the authority; one is right for a burst
  replays    of these, with a refresh token that was spent already
  family     whether the tokens in use live, or the authority has revoked them all
  token      whether the store holds the refresh token that it should
  poison     requests sent after the refusal of the same token had come back
  p50, p99   from ask to answer; with > some asks were still open at the end, and the true value is larger

POLICIES
  naive        every caller for itself
  serial       one refresh after another behind a lock, results and refusals not shared
  breakwater   the auth actor with its file store
  With --processes, each process has its own of these, and all have one auth.json: a lock of `serial` ends at the
  process, Breakwater's lease does not.
)";

std::string footer() {
  std::string text = "\nSCENARIOS\n";
  for (const auto& each : scenarios())
    text += "  " + std::string{each.name} + std::string(18 - each.name.size(), ' ') + std::string{each.about} + "\n";
  return text + reading + examples;
}

std::string list(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& each : names)
    text += (text.empty() ? "" : ", ") + each;
  return text;
}

void choose_scenarios(const std::vector<std::string>& names, options& into) {
  std::vector<std::string> known{"all"};
  for (const auto& each : scenarios())
    known.emplace_back(each.name);
  for (const auto& name : names)
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw CLI::ValidationError("--scenario", "'" + name + "' is none of: " + list(known));
  auto wants = [&](std::string_view name) { return std::find(names.begin(), names.end(), name) != names.end(); };
  for (const auto& each : scenarios())
    if (wants("all") || wants(each.name))
      into.chosen.push_back(&each);
}

void choose_policies(const std::vector<std::string>& names, options& into) {
  std::vector<std::string> known;
  for (auto each : policy_kinds)
    known.emplace_back(name_of(each));
  for (const auto& name : names)
    if (!find_policy(name))
      throw CLI::ValidationError("--policy", "'" + name + "' is none of: " + list(known));
  for (auto each : policy_kinds)
    if (names.empty() || std::find(names.begin(), names.end(), name_of(each)) != names.end())
      into.policies.push_back(each);
}

ask_mix mix_named(const std::string& name) {
  if (name == "mixed")
    return ask_mix::mixed;
  if (name == "status")
    return ask_mix::status;
  if (name == "token")
    return ask_mix::token;
  throw CLI::ValidationError("--ask", "'" + name + "' is none of: mixed, status, token");
}

struct raw_options {
  std::vector<std::string> scenarios, policies;
  std::string ask = "mixed";
  double duration = 0.4;
  uint64_t delay = 50;
  options wanted;
};

void describe(CLI::App& app, raw_options& raw) {
  auto& storm = raw.wanted.storm;
  app.add_option("--scenario", raw.scenarios, "which one, or all; can be repeated; may be left out with --processes")
      ->type_name("NAME");
  app.add_option("--processes", raw.wanted.processes,
                 "one more row for each policy: this many real processes share one auth.json, and the callers")
      ->check(CLI::Range(size_t{2}, size_t{64}))
      ->type_name("N");
  app.add_option("--policy", raw.policies, "which one; can be repeated (default: all three)")->type_name("NAME");
  app.add_option("--callers", storm.callers, "how many actors ask")
      ->capture_default_str()
      ->check(CLI::Range(size_t{1}, size_t{10'000}))
      ->type_name("N");
  app.add_option("--duration", raw.duration, "how long each row's callers go on asking")
      ->capture_default_str()
      ->check(CLI::Range(0.05, 300.0))
      ->type_name("SECONDS");
  app.add_option("--rate", storm.rate, "asks of each caller in a second, after the first burst")
      ->capture_default_str()
      ->check(CLI::Range(0.01, 100.0))
      ->type_name("N");
  app.add_option("--ask", raw.ask,
                 "status (refresh forced), token (theirs expired), mixed (9 of 10 status, 1 valid token)")
      ->capture_default_str()
      ->type_name("WHAT");
  app.add_option("--delay", raw.delay, "how long the authority takes, at least")
      ->capture_default_str()
      ->check(CLI::Range(0, 10'000))
      ->type_name("MS");
  app.add_option("--seed", storm.seed, "scatters the asks, and makes the authority's tokens")
      ->capture_default_str()
      ->check(CLI::Range(uint64_t{1}, uint64_t{1} << 53))
      ->type_name("N");
  app.add_option("--json", raw.wanted.json_file, "write the rows to this file")->type_name("FILE");
  app.add_option("--report", raw.wanted.report_file, "write a page with plots to this file; needs gnuplot")
      ->type_name("FILE.html");
  app.footer(footer());
}

void finish(raw_options& raw) {
  if (raw.scenarios.empty() && raw.wanted.processes == 0)
    throw CLI::ValidationError("--scenario", "is required, or --processes");
  if (raw.wanted.processes > raw.wanted.storm.callers)
    throw CLI::ValidationError("--processes", "more than --callers: each process needs one at least");
  choose_scenarios(raw.scenarios, raw.wanted);
  choose_policies(raw.policies, raw.wanted);
  raw.wanted.storm.mix = mix_named(raw.ask);
  raw.wanted.storm.delay = std::chrono::milliseconds{raw.delay};
  raw.wanted.storm.time = std::chrono::milliseconds{static_cast<int64_t>(raw.duration * 1000)};
  auto asks = raw.duration * raw.wanted.storm.rate * static_cast<double>(raw.wanted.storm.callers);
  if (asks > 5e6)
    throw CLI::ValidationError("--duration", "with this --rate and so many --callers that is more than 5 million asks "
                                             "a row");
}

} // namespace

parse_result parse_options(int argc, const char* const* argv) {
  CLI::App app{
      "Shows the refresh storm and its end: many callers, one OAuth credential, and an authority that punishes "
      "every mistake.\nAll of it runs in this process (with --processes, in some more), over HTTP on 127.0.0.1.",
      "breakwater-storm"};
  raw_options raw;
  describe(app, raw);
  try {
    app.parse(argc, argv);
    finish(raw);
  } catch (const CLI::ParseError& e) {
    return {std::nullopt, app.exit(e)};
  }
  return {std::move(raw.wanted), 0};
}

} // namespace breakwater::storm
