#include "breakwater/messages/error.hpp"

#include <array>
#include <cstddef>

namespace breakwater {

namespace {

constexpr std::array<std::string_view, 19> names = {
    "none",
    "logged_out",
    "refresh_refused",
    "unavailable",
    "misconfigured",
    "in_doubt",
    "store_busy",
    "store_unreadable",
    "store_unwritable",
    "account_changed",
    "store_conflict",
    "timed_out",
    "overloaded",
    "shutting_down",
    "not_over_this_channel",
    "token_rejected",
    "validity_unavailable",
    "provider_failed",
    "invalid_request",
};
static_assert(names.size() == static_cast<size_t>(ec::invalid_request) + 1);

} // namespace

std::string to_string(ec code) {
  auto number = static_cast<size_t>(code);
  return std::string{number < names.size() ? names[number] : "unknown"};
}

bool from_string(std::string_view name, ec& code) {
  for (size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) {
      code = static_cast<ec>(i);
      return true;
    }
  return false;
}

bool from_integer(uint8_t number, ec& code) {
  if (number >= names.size())
    return false;
  code = static_cast<ec>(number);
  return true;
}

} // namespace breakwater
