#pragma once
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

namespace breakwater::bench {

template <class F>
double seconds_of(F f) {
  auto start = std::chrono::steady_clock::now();
  f();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Of at least one value.
inline double median(std::vector<double> values) {
  auto middle = values.begin() + static_cast<ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

} // namespace breakwater::bench
