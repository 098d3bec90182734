#pragma once
#include <functional>
#include <optional>
#include <string>

/// Where things are unless somebody says otherwise. One place for the broker and the command line, so that they meet.
namespace breakwater::broker {

/// Looks up an environment variable; an empty one counts as not set.
using environment = std::function<std::optional<std::string>(const std::string& name)>;

/// This process's own. `HOME` is taken from the user database where the variable is missing. Any thread, as long as
/// nobody calls setenv.
environment process_environment();

/// The user's home directory, without a slash at its end; "/" if nobody knows.
std::string home_directory(const environment&);

/// `$XDG_CONFIG_HOME/breakwater/config.toml`, else `~/.config/breakwater/config.toml`.
std::string default_config_file(const environment&);

/// `$XDG_RUNTIME_DIR/breakwater/broker.sock`, else `~/.breakwater/run/broker.sock`: in both cases a directory that
/// only the user can enter, made by whoever listens there.
std::string default_socket(const environment&);

/// Home of the app-server clients: `$CODEX_HOME`, else `~/.codex`.
std::string default_client_home(const environment&);

/// `auth.json` in `default_client_home`: the store of the default account.
std::string default_auth_file(const environment&);

/// `path` with a leading `~/` replaced by the home directory; others are left alone.
std::string with_home(const std::string& path, const environment&);

} // namespace breakwater::broker
