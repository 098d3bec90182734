#pragma once
#include "breakwater/tools/storm/run.hpp"

#include <cstdio>
#include <string>
#include <string_view>

namespace breakwater::storm {

/// Says on a stream how far things are: a bar that is redrawn on a terminal, one line per finished row elsewhere.
class progress_display {
public:
  progress_display(std::FILE* out, bool is_terminal, size_t row_count);
  ~progress_display() { clear(); }

  void begin(std::string_view scenario, policy_kind);
  /// Cheap: redraws ten times a second at most.
  void show(const progress&);
  void end(const row&);

private:
  void clear();

  std::FILE* out_;
  bool is_terminal_;
  size_t row_count_;
  size_t done_ = 0;
  std::string title_;
  std::chrono::steady_clock::time_point drawn_;
  bool has_bar_ = false;
};

/// The bar's text: at most 79 columns.
std::string render_bar(size_t done, size_t row_count, const std::string& title, const progress&);

} // namespace breakwater::storm
