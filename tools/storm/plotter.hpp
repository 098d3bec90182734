#pragma once
#include <optional>
#include <string>
#include <vector>

namespace breakwater::storm {

/// Why gnuplot cannot be run here, and what to do; nothing: it can.
std::optional<std::string> problem_of_plotter();

struct drawing {
  /// SVG elements to put into a page, in the order of the files asked for.
  std::vector<std::string> svgs;
  /// Not empty: there are none.
  std::string problem;
};

/// Runs gnuplot once with this script, which draws into `files` in its working directory.
drawing draw(const std::string& script, const std::vector<std::string>& files);

/// A whole SVG file as an element of a page: without prologue, unused symbols, and identifiers that would not be
/// unique.
std::string to_element(std::string svg);

} // namespace breakwater::storm
