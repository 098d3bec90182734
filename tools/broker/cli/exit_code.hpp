#pragma once
#include "breakwater/messages/auth_messages.hpp"

#include <string>

/// What a program that runs us can tell from our exit code.
namespace breakwater::cli {

enum class exit_code : int {
  ok = 0,
  usage = 2,       ///< the command line, the configuration or the client's registration has to change
  logged_out = 3,  ///< a login helps
  refused = 4,     ///< refused for good: only a login, or another question, helps
  unavailable = 5, ///< trying later helps, or somebody has to mend the store
  in_doubt = 6,    ///< something was sent, and nobody knows what became of it
  interrupted = 130,
};

/// The one table from failures to exit codes.
exit_code exit_code_of(ec);

/// `status` succeeds if a token can be had: held, or to be had by a refresh that nothing stands against.
exit_code exit_code_of(const status_fields&, wall_time now);

} // namespace breakwater::cli
