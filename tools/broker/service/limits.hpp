#pragma once
#include <chrono>
#include <cstddef>

namespace breakwater::broker {

/// How much one client may take. None of them makes the broker answer less: beyond a bound it reads less.
struct limits {
  /// A longer line is answered with an error, and the connection is closed.
  size_t line_bytes_max = size_t{4} << 20;
  /// A connection is not read while more than this waits to be written to it.
  size_t output_bytes_max = size_t{256} << 10;
  /// A connection is not read while more of its questions than this are open.
  size_t open_questions_max = 4096;
  /// A client that takes nothing of what waits for it is closed after this.
  std::chrono::milliseconds write_stall_max = std::chrono::seconds{30};
  /// More are told so, and closed.
  size_t clients_max = 4096;
};

} // namespace breakwater::broker
