#include "breakwater/tools/broker/cli/help_text.hpp"

namespace breakwater::cli::help {

const std::string_view program = R"TEXT(
EXAMPLES
  Am I logged in, and if not, why not?
    breakwater status
    breakwater explain
  Call an API with a token that is good for at least a minute.
    curl -H "$(breakwater header --min-validity 1m)" https://api.example.com/v1/me
  Take over the login of an app-server client, and share it from now on.
    breakwater serve &
    breakwater status

WHO IS ASKED
  A running broker, if it keeps the account where this configuration has it; else the store itself, with the same
  guarantees: one request at a time, a dead refresh token is never sent again, new tokens are kept.

EXIT STATUS
  0  it worked
  2  the command line, the configuration or the client's registration has to change
  3  logged out: breakwater login helps
  4  refused for good: breakwater explain says why
  5  unavailable now: the authority, the broker or the store
  6  in doubt: something was sent, and nobody knows what became of it; do not simply repeat it

FILES AND VARIABLES
  ~/.config/breakwater/config.toml   settings; BREAKWATER_CONFIG or --config names another file
  ~/.codex/auth.json                 the login of the account 'default'; CODEX_HOME names another directory
  breakwater config                  prints all settings, and where each comes from
  NO_COLOR                           if set, no colours
)TEXT";

const std::string_view status = R"TEXT(
  Sends nothing to the authority. Exits with 0 if a token can be had, 3 if logged out, 4 if refused for good.

EXAMPLES
  breakwater status
  breakwater status --json | jq -r .health
  breakwater status > /dev/null || breakwater explain
)TEXT";

const std::string_view token = R"TEXT(
  Prints the token and a newline, and nothing else. It is refreshed first if it does not live long enough.

EXAMPLES
  TOKEN=$(breakwater token --min-validity 5m) || exit
  breakwater token --json | jq -r .expiresAt
)TEXT";

const std::string_view header = R"TEXT(
  Prints one line, "Authorization: Bearer ...".

EXAMPLES
  breakwater header | curl -H @- https://api.example.com/v1/me      (no secret among curl's arguments)
)TEXT";

const std::string_view refresh = R"TEXT(
  Any number of these at the same time make one request. Tokens issued less than 10 seconds ago count as new
  (policy.fresh_window). After a refusal no request is made at all.

EXAMPLES
  breakwater refresh && breakwater status
)TEXT";

const std::string_view reload = R"TEXT(
  The broker reads its store again. Needed only to switch to another account found there.

EXAMPLES
  breakwater reload
)TEXT";

const std::string_view login = R"TEXT(
  Reads from standard input, never from an argument: arguments can be read by everybody (ps) and end up in histories.
  What it takes: an API key on a line by itself; a token endpoint's answer (JSON with access_token, refresh_token,
  id_token, expires_in); or an auth.json.

EXAMPLES
  breakwater login                           (asks for an API key; what is typed is not shown)
  breakwater login < tokens.json
  pass show example/api-key | breakwater login
  breakwater login --from ~/.codex/auth.json --account work
)TEXT";

const std::string_view logout = R"TEXT(
  Erases the credential, then revokes it at the authority (RFC 7009), best effort.

EXAMPLES
  breakwater logout
  breakwater logout --no-revoke
)TEXT";

const std::string_view explain = R"TEXT(
  Why am I logged out? First the answer in plain words, then what happened. Sends nothing to the authority.

EXAMPLES
  breakwater explain
  breakwater explain --json | jq -r .headline
)TEXT";

const std::string_view watch = R"TEXT(
  Prints the status now and at each change, one line each, until interrupted. Sends nothing to the authority.

EXAMPLES
  breakwater watch
  breakwater watch --json | while read -r line; do notify "$line"; done
)TEXT";

const std::string_view config = R"TEXT(
  Prints every setting in force, and where it comes from: a default, a line of the file, a variable, or a flag; the
  later of these wins. Secrets are no settings and never shown.

EXAMPLES
  breakwater config
  breakwater config --json | jq '.values["broker.socket"]'
  breakwater config --set policy.early_window=10m
)TEXT";

const std::string_view app_server = R"TEXT(
  Speaks the auth part of the app-server protocol on standard input and output: one JSON-RPC message per line.

EXAMPLES
  printf '%s\n' '{"id":1,"method":"initialize","params":{"clientInfo":{"name":"me","version":"1"}}}' \
    '{"id":2,"method":"getAuthStatus","params":{}}' | breakwater app-server
)TEXT";

const std::string_view serve = R"TEXT(
  Holds the credentials of all accounts for every program of this user, on a unix socket. A second one for the same
  socket does not start. SIGINT and SIGTERM wait for a request under way and its save.

EXAMPLES
  breakwater serve
  breakwater serve --metrics 127.0.0.1:9464
  systemctl --user enable --now breakwater.socket
)TEXT";

} // namespace breakwater::cli::help
