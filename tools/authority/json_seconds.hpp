#pragma once
#include <nlohmann/json.hpp>

#include <chrono>

namespace breakwater::fake {

/// A time in seconds as JSON has it: a whole number where it is one, else a fraction, to the millisecond.
inline nlohmann::json json_seconds(std::chrono::milliseconds t) {
  if (t.count() % 1000 == 0)
    return t.count() / 1000;
  return static_cast<double>(t.count()) / 1000;
}

} // namespace breakwater::fake
