#pragma once
#include "breakwater/storage/json_document.hpp"
#include "breakwater/storage/wiped_string.hpp"
#include "breakwater/tools/broker/cli/trouble.hpp"

#include <string>
#include <string_view>

/// Where answers are shown. Standard output has the answer and nothing else; all other words are on standard error.
namespace breakwater::cli {

enum class shade : uint8_t { plain, strong, dim, good, uneasy, bad };

/// Colours a text, or not.
struct style {
  bool colour = false;
  std::string paint(shade, std::string_view text) const;
};

/// `--color`: "always", "never", or "auto": on a terminal that can, and unless NO_COLOR is set (https://no-color.org).
struct colour_question {
  std::string wanted = "auto";
  bool is_terminal = false;
  std::string term;
  bool no_color = false;
};
bool wants_colour(const colour_question&);

/// A trouble for people: what happened, what it means, what to do.
std::string render_trouble(const trouble&, const style&, wall_time now);

/// Folded into lines of at most `width`, each indented.
std::string folded(std::string_view text, size_t width, const std::string& indent);

struct screen {
  bool json = false;
  style out, err;

  /// Writes to standard output at once; false if nobody reads it. The text may be a secret.
  bool print(std::string_view text) const;
  /// One JSON document with a newline.
  bool print_json(const json_document&, bool in_one_line = false) const;
  void complain(std::string_view text) const;
  /// Shows a trouble in the way that was asked for. Returns the exit code.
  int fail(const trouble&) const;
};

} // namespace breakwater::cli
