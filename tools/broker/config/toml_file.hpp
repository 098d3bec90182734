#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// TOML, read into lines that the rest can work with.
namespace breakwater::broker {

/// A value of a type that no setting has: what it is, for the message.
struct odd_value {
  std::string what;
};

/// One key of the file, in the order of the file. A table is one too, so that an empty one is seen.
struct toml_entry {
  /// `account`, `work`, `store`.
  std::vector<std::string> path;
  bool is_table = false;
  std::variant<std::string, int64_t, std::vector<std::string>, odd_value> value;
  int line = 0;
};

struct toml_content {
  std::vector<toml_entry> entries;
  /// Not empty: the text is no TOML, and this says why.
  std::string error;
  int error_line = 0;
};

/// Pure. Never quotes a value: somebody may have put a secret there.
toml_content parse_toml(std::string_view text);

} // namespace breakwater::broker
