#pragma once
#include "breakwater/storage/wiped_string.hpp"

#include <cstddef>

namespace breakwater::broker {

/// What waits to be written to a client. Wiped once it is written, since it may hold tokens.
class output {
public:
  /// Whole lines are appended here.
  wiped_string& lines() { return lines_; }
  size_t size() const { return lines_.size() - written_; }
  bool empty() const { return size() == 0; }

  enum class state { written, full, broken };
  /// Writes as much as the descriptor takes without waiting. `full`: the rest has to wait. `broken`: nobody reads any
  /// more.
  state write_to(int descriptor, bool is_socket);
  void clear();

private:
  wiped_string lines_;
  size_t written_ = 0;
};

} // namespace breakwater::broker
