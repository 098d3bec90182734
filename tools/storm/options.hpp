#pragma once
#include "breakwater/tools/storm/plan.hpp"
#include "breakwater/tools/storm/policy_kind.hpp"
#include "breakwater/tools/storm/scenario.hpp"

#include <optional>
#include <string>
#include <vector>

namespace breakwater::storm {

/// What the command line asks for.
struct options {
  /// In the order of their tables, each once.
  std::vector<const scenario*> chosen;
  std::vector<policy_kind> policies;
  /// How many share one auth.json, in a row of its own behind the scenarios; zero: there is no such row.
  size_t processes = 0;
  storm_settings storm;
  /// Empty: not wanted.
  std::string json_file;
  std::string report_file;
};

struct parse_result {
  std::optional<options> wanted;
  /// What to exit with if there is nothing to do: help was printed, or an error.
  int exit_code = 0;
};

/// Reads the command line. Prints help on stdout; an error on stderr, naming the option.
parse_result parse_options(int argc, const char* const* argv);

} // namespace breakwater::storm
