#pragma once
#include "breakwater/tools/broker/config/default_paths.hpp"
#include "breakwater/tools/broker/config/value.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

/// The file, the environment and the flags, laid over each other in this order. Pure.
namespace breakwater::broker {

/// A flag that sets something: the full name of the setting, the value as written, and the flag for the messages.
struct flag_value {
  std::string name;
  std::string value;
  std::string flag;
};

struct config_sources {
  environment variable;
  /// Where the file is, for messages and for relative paths in it.
  std::string file_path;
  /// Nothing: there is no file.
  std::optional<std::string> file_text;
  std::vector<flag_value> flags;
  /// What relative paths of variables and flags are relative to.
  std::string working_directory = "/";
};

/// What is in force. Every known key has a value, for every account.
struct settings {
  std::string file_path;
  bool has_file = false;
  /// As in the file, the chosen one first.
  std::vector<std::string> accounts;
  setting_map values;
  /// Worth saying, and no error: a variable that is set and does nothing.
  std::vector<std::string> notes;

  /// The account that commands are about.
  const std::string& account() const { return accounts.front(); }
  /// The setting of that full name; there has to be one.
  const setting& at(const std::string& name) const { return values.at(name); }
  /// Its text; empty if it has none.
  std::string text(const std::string& name) const;
  std::chrono::milliseconds duration(const std::string& name) const;
  /// Nothing if it is not set.
  std::optional<int64_t> number(const std::string& name) const;
};

struct settings_result {
  settings found;
  /// Not empty: `found` means nothing.
  std::vector<config_problem> problems;
};

settings_result make_settings(const config_sources&);

} // namespace breakwater::broker
