#pragma once
#include "breakwater/tools/broker/config/settings.hpp"

namespace breakwater::broker {

/// Which file, and whether it has to be there: a flag's, `BREAKWATER_CONFIG`'s, or the default one.
struct config_file_choice {
  std::string path;
  bool required = false;
  /// What named it: `--config`, `BREAKWATER_CONFIG`, or empty.
  std::string named_by;
};

config_file_choice choose_config_file(const std::string& flag, const environment&);

/// Reads the file, then lays environment and flags over it. A file that others can write is refused: whoever can write
/// it decides where refresh tokens are sent.
settings_result load_settings(const config_file_choice&, const environment&, std::vector<flag_value> flags);

} // namespace breakwater::broker
