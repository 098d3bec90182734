#pragma once
#include "breakwater/tools/broker/cli/login_input.hpp"
#include "breakwater/tools/broker/config/settings.hpp"

#include <string>

namespace breakwater::cli {

struct login_source {
  failure error;
  credential found;
  /// Something that the user should know.
  std::string warning;
};

/// What to log in with: from the auth.json at `from_path`, else from standard input. On a terminal it asks for an API
/// key and shows nothing of what is typed.
login_source read_login(const std::string& from_path, const broker::settings&);

} // namespace breakwater::cli
