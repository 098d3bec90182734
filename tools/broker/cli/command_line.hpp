#pragma once
#include "breakwater/messages/auth_messages.hpp"
#include "breakwater/tools/broker/config/settings.hpp"

#include <optional>
#include <string>
#include <vector>

namespace breakwater::cli {

enum class command : uint8_t {
  status,
  token,
  header,
  refresh,
  reload,
  login,
  logout,
  explain,
  watch,
  config,
  app_server,
  serve,
};

/// What the arguments say.
struct command_line {
  command what = command::status;
  /// Settings that flags give; the strongest.
  std::vector<broker::flag_value> settings;
  std::string config_file;
  bool json = false;

  std::chrono::milliseconds min_validity{0};
  std::chrono::milliseconds wait_max = wait_max_default;
  /// login: an auth.json to take over; empty: standard input.
  std::string login_from;
  /// logout
  bool revoke = true;
};

struct parsed_command_line {
  std::optional<command_line> wanted;
  /// Without `wanted`: what to print, where to, and the exit code.
  std::string output;
  int exit_code = 0;
};

/// Reads the arguments. Never quotes one that could be a secret.
parsed_command_line parse_command_line(int argc, const char* const* argv);

/// The arguments, if they are a login that was given a secret: the refusal. Such a secret is to be wiped by the caller.
bool has_secret_argument(int argc, const char* const* argv);

/// Why a login takes no secret from its arguments, and what to do.
std::string text_on_secret_arguments();

} // namespace breakwater::cli
