#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

/// What a setting holds, and who said so.
namespace breakwater::broker {

enum class origin_kind : uint8_t {
  built_in = 0, ///< nobody: the default
  file = 1,
  variable = 2,
  flag = 3,
};

std::string to_string(origin_kind);

/// Where a value comes from. `where` is `/path/config.toml:12`, `BREAKWATER_SOCKET`, `--socket`, or why this is the
/// default.
struct origin {
  origin_kind kind = origin_kind::built_in;
  std::string where = "default";

  friend bool operator==(const origin&, const origin&) = default;
};

using plain_value = std::variant<std::string, int64_t, std::vector<std::string>>;

struct setting {
  plain_value value;
  origin from;
};

/// By full name: `broker.socket`, `account.work.store`.
using setting_map = std::map<std::string, setting>;

/// What is wrong with a setting, and what to do: `where` as in origin.
struct config_problem {
  std::string where;
  std::string what;
};

} // namespace breakwater::broker
