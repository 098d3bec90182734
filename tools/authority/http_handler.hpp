#pragma once
#include "breakwater/messages/time.hpp"
#include "breakwater/tools/authority/behavior.hpp"
#include "breakwater/tools/authority/http_message.hpp"

#include <string>

namespace breakwater::fake {

/// What a connection does once its answer is sent.
enum class ending : uint8_t { keep, close, reset, silence };

/// An answer and what happens to it: what a connection carries out, byte by byte.
struct reply_plan {
  /// Exactly what is sent: cut already, empty for a lost answer.
  std::string bytes;
  ending then = ending::keep;
  std::chrono::milliseconds delay{0};
  /// Not zero: one byte at a time, with this pause between two.
  std::chrono::milliseconds drip{0};
};

/// Decides what the HTTP loop carries out. Called on the loop's thread only.
class http_handler {
public:
  virtual ~http_handler() = default;
  virtual void on_connect() = 0;
  /// Asked at accept and at the first byte of a request: the fault that strikes before it is read, if any.
  virtual behavior take_early_fault() = 0;
  virtual reply_plan on_request(const http_request&, bool keep_alive) = 0;
};

} // namespace breakwater::fake
