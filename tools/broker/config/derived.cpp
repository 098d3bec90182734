#include "breakwater/tools/broker/config/derived.hpp"

#include "breakwater/tools/broker/config/known_keys.hpp"
#include "breakwater/transport/oauth_client.hpp"

namespace breakwater::broker {

namespace {

/// The client id under which app-server clients refresh at OpenAI's authority: a public client, no secret.
constexpr auto client_id_of_app_servers = "app_EMoamEEZ73f0CkXaXp7hrann";

bool is_set(const settings& in, const std::string& name) { return in.values.contains(name); }

void give(settings& to, const std::string& name, std::string value, std::string why = "default") {
  if (!is_set(to, name))
    to.values[name] = {std::move(value), {origin_kind::built_in, std::move(why)}};
}

void fill_in_authority(settings& to, const std::string& account) {
  auto name = [&](const char* leaf) { return "account." + account + '.' + leaf; };
  auto endpoint = name("token_endpoint");
  // The client's own override only moves OpenAI's endpoint; ours names an authority.
  auto moved_only = is_set(to, endpoint) && to.at(endpoint).from.where == "CODEX_REFRESH_TOKEN_URL_OVERRIDE";
  auto generic = is_set(to, endpoint) && !moved_only;
  give(to, name("authority"), generic ? "generic" : "openai", generic ? "since token_endpoint is set" : "default");
  if (to.text(name("authority")) != "openai")
    return;
  auto preset = openai_authority(client_id_of_app_servers);
  auto has_own_endpoint = is_set(to, endpoint);
  give(to, endpoint, preset.token_endpoint, "authority openai");
  give(to, name("revocation_endpoint"),
       has_own_endpoint ? origin_of_url(to.text(endpoint)) + "/oauth/revoke" : preset.revocation_endpoint,
       has_own_endpoint ? "beside token_endpoint" : "authority openai");
  give(to, name("client_id"), preset.client_id, "authority openai");
}

} // namespace

std::string origin_of_url(const std::string& url) {
  auto host = url.find("//");
  auto end = host == url.npos ? url.npos : url.find_first_of("/?#", host + 2);
  return url.substr(0, end);
}

std::vector<flag_value> client_variables(const environment& variable) {
  std::vector<flag_value> out;
  if (variable("CODEX_HOME"))
    out.push_back({"account.default.path", default_auth_file(variable), "CODEX_HOME"});
  for (auto [name, key] : {std::pair{"CODEX_REFRESH_TOKEN_URL_OVERRIDE", "account.default.token_endpoint"},
                           std::pair{"CODEX_REVOKE_TOKEN_URL_OVERRIDE", "account.default.revocation_endpoint"}})
    if (auto value = variable(name))
      out.push_back({key, *value, name});
  return out;
}

void fill_in_defaults(settings& to, const environment& variable) {
  give(to, "default_account", to.accounts.front(), to.accounts.size() > 1 ? "the first in the file" : "default");
  give(to, "broker.socket", default_socket(variable), variable("XDG_RUNTIME_DIR") ? "XDG_RUNTIME_DIR" : "default");
  for (const auto& account : to.accounts) {
    fill_in_authority(to, account);
    auto prefix = "account." + account + '.';
    give(to, prefix + "path",
         account == "default" ? default_auth_file(variable)
                              : home_directory(variable) + "/.breakwater/" + account + "/auth.json");
    if (is_set(to, prefix + "client_secret_env"))
      give(to, prefix + "client_auth", "basic", "since client_secret_env is set");
    give(to, prefix + "client_auth", "none");
  }
  for (const auto& account : to.accounts)
    for (const auto& key : known_keys()) {
      auto name = full_name(key, account);
      if (is_set(to, name))
        continue;
      plain_value value = std::string{key.built_in};
      if (!key.built_in.empty() || key.kind == value_kind::words)
        adapt(key, value);
      to.values[name] = {std::move(value), {}};
    }
}

} // namespace breakwater::broker
