#pragma once
#include "breakwater/tools/authority/behavior.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace breakwater::fake {

/// Reads the body of POST /control/script: an object with `answer`, `fault`, `delay_ms`, `bytes`, `retry_after`,
/// `account`, and `count` (default 1) or `standing`; or `clear`. On success the playbook holds it; else what is wrong.
std::optional<std::string> apply_script(std::string_view json, playbook&);

} // namespace breakwater::fake
