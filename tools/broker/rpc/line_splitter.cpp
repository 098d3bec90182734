#include "breakwater/tools/broker/rpc/line_splitter.hpp"

namespace breakwater::broker {

void line_splitter::feed(std::string_view bytes) {
  if (view_.empty()) {
    view_ = bytes;
    borrowed_ = true;
    scanned_ = 0;
    return;
  }
  keep();
  kept_.append(bytes);
  view_ = kept_;
}

std::optional<std::string_view> line_splitter::next() {
  if (too_long_)
    return std::nullopt;
  auto end = view_.find('\n', scanned_);
  auto length = end == std::string_view::npos ? view_.size() : end;
  if (length > line_bytes_max_) {
    too_long_ = true;
    return std::nullopt;
  }
  if (end == std::string_view::npos) {
    scanned_ = view_.size();
    return std::nullopt;
  }
  auto line = view_.substr(0, end);
  view_.remove_prefix(end + 1);
  scanned_ = 0;
  return line;
}

void line_splitter::keep() {
  if (view_.empty()) {
    wiped_string{}.swap(kept_);
    view_ = {};
  } else if (borrowed_ || view_.size() != kept_.size()) {
    wiped_string left{view_};
    kept_.swap(left);
    view_ = kept_;
  }
  borrowed_ = false;
}

void line_splitter::clear() {
  view_ = {};
  scanned_ = 0;
  keep();
}

} // namespace breakwater::broker
