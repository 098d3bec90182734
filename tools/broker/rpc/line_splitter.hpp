#pragma once
#include "breakwater/storage/wiped_string.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace breakwater::broker {

/// Cuts what arrives in pieces into lines. Works on the reader's own buffer as long as it can, and keeps only what is
/// left of it; what it kept is wiped. Pure.
class line_splitter {
public:
  explicit line_splitter(size_t line_bytes_max) : line_bytes_max_(line_bytes_max) {}

  /// More bytes have arrived. They stay the caller's, and have to be there until `keep`.
  void feed(std::string_view bytes);
  /// The next whole line, without its newline; valid until the next call. Nothing: no whole line is left.
  std::optional<std::string_view> next();
  /// Copies what was not taken yet, so that the bytes of the last `feed` may go.
  void keep();

  /// What came last and had no newline; valid until the next call. For the end of the input.
  std::string_view rest() const { return view_; }
  /// The line that is arriving, or the one that `next` came to, is longer than allowed. Nothing more comes.
  bool is_too_long() const { return too_long_; }
  /// Bytes that were not taken yet.
  size_t size() const { return view_.size(); }
  /// Drops all that was not taken yet.
  void clear();

private:
  size_t line_bytes_max_;
  /// What was kept; `view_` is a part of it if `borrowed_` is false.
  wiped_string kept_;
  std::string_view view_;
  bool borrowed_ = false;
  /// How much of `view_` is known to hold no newline.
  size_t scanned_ = 0;
  bool too_long_ = false;
};

} // namespace breakwater::broker
