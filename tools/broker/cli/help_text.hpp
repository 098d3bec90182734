#pragma once
#include <string_view>

/// What --help says beside the list of options: one text per command, with examples that work.
namespace breakwater::cli::help {

extern const std::string_view program, status, token, header, refresh, reload, login, logout, explain, watch, config,
    app_server, serve;

} // namespace breakwater::cli::help
