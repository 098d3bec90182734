#pragma once
#include "breakwater/messages/secret.hpp"

#include <fmt/format.h>

/// Prints a secret through fmt and spdlog as `[redacted]`. A header of its own, so that nobody else needs fmt; without
/// it, formatting a secret does not compile.
template <>
struct fmt::formatter<breakwater::secret> : fmt::formatter<fmt::string_view> {
  template <class Context>
  auto format(const breakwater::secret&, Context& context) const {
    return fmt::formatter<fmt::string_view>::format({breakwater::redacted.data(), breakwater::redacted.size()},
                                                    context);
  }
};
