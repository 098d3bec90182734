#pragma once
#include "breakwater/tools/broker/config/settings.hpp"

namespace breakwater::broker {

/// What the variables of app-server clients say about the account `default`: `CODEX_HOME`,
/// `CODEX_REFRESH_TOKEN_URL_OVERRIDE`, `CODEX_REVOKE_TOKEN_URL_OVERRIDE`. Weaker than ours.
std::vector<flag_value> client_variables(const environment&);

/// Gives every setting a value: the built-in one, or what follows from others, with the reason in its origin.
void fill_in_defaults(settings&, const environment&);

/// `https://host:port` of a URL.
std::string origin_of_url(const std::string& url);

} // namespace breakwater::broker
