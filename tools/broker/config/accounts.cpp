#include "breakwater/tools/broker/config/accounts.hpp"

#include "breakwater/actors/start.hpp"
#include "breakwater/transport/oauth_client.hpp"

#include <sys/stat.h>

namespace breakwater::broker {

namespace {

std::string name_of(const std::string& account, const char* leaf) { return "account." + account + '.' + leaf; }

/// Which setting a problem of the transport's check is about: its text begins with the name.
std::string setting_of(const std::string& problem) { return problem.substr(0, problem.find_first_of(" ,;")); }

client_auth auth_named(const std::string& name) {
  return name == "basic" ? client_auth::basic : name == "post" ? client_auth::post : client_auth::none;
}

std::string with_blanks(const plain_value& words) {
  std::string out;
  if (auto* all = std::get_if<std::vector<std::string>>(&words))
    for (const auto& each : *all)
      out += (out.empty() ? "" : " ") + each;
  return out;
}

std::optional<config_problem> read_client_secret(const settings& from, const std::string& account,
                                                 const environment& variable, authority& into) {
  auto name = name_of(account, "client_secret_env");
  auto named = from.text(name);
  if (named.empty())
    return std::nullopt;
  auto value = variable(named);
  if (!value)
    return config_problem{from.at(name).from.where, name + ": the variable " + named +
                                                        " is not set; export it, or remove the setting for a client "
                                                        "without a secret"};
  into.client_secret = secret::absorb(*value);
  return std::nullopt;
}

config_problem problem_with_authority(const settings& from, const std::string& account, const std::string& problem) {
  auto name = name_of(account, setting_of(problem).c_str());
  auto known = from.values.contains(name);
  auto where = known ? from.at(name).from : from.at(name_of(account, "authority")).from;
  return {where.kind == origin_kind::built_in ? from.file_path : where.where, "[account." + account + "] " + problem};
}

} // namespace

authority_result make_authority(const settings& from, const std::string& account, const environment& variable) {
  auto text = [&](const char* leaf) { return from.text(name_of(account, leaf)); };
  authority_result out;
  auto& made = out.made;
  made = text("authority") == "openai" ? openai_authority(text("client_id"))
                                       : generic_authority(text("token_endpoint"), text("client_id"));
  made.token_endpoint = text("token_endpoint");
  made.revocation_endpoint = text("revocation_endpoint");
  made.auth = auth_named(text("client_auth"));
  made.ca_bundle = text("ca_bundle");
  made.connect_timeout = from.duration(name_of(account, "connect_timeout"));
  made.total_timeout = from.duration(name_of(account, "total_timeout"));
  made.replay_grace = std::chrono::floor<std::chrono::seconds>(from.duration(name_of(account, "replay_grace")));
  if (auto scopes = with_blanks(from.at(name_of(account, "scopes")).value); !scopes.empty())
    made.extra_parameters.emplace_back("scope", scopes);
  out.problem = read_client_secret(from, account, variable, made);
  if (!out.problem)
    if (auto problem = problem_of(made))
      out.problem = problem_with_authority(from, account, *problem);
  return out;
}

auth_settings make_policy(const settings& from, const authority& to) {
  using namespace std::chrono;
  auto policy = settings_for(to);
  policy.early_window = floor<seconds>(from.duration("policy.early_window"));
  policy.age_max = floor<hours>(from.duration("policy.age_max"));
  policy.fresh_window = from.duration("policy.fresh_window");
  policy.backoff_min = from.duration("policy.backoff_min");
  policy.backoff_max = from.duration("policy.backoff_max");
  policy.retry_after_max = floor<seconds>(from.duration("policy.retry_after_max"));
  policy.misconfigured_pause = floor<seconds>(from.duration("policy.misconfigured_pause"));
  policy.lease_wait_max = from.duration("policy.lease_wait_max");
  policy.probe_pause = floor<seconds>(from.duration("policy.probe_pause"));
  policy.doubt_tries_max = static_cast<uint32_t>(from.number("policy.doubt_tries_max").value_or(5));
  policy.history_max = static_cast<size_t>(from.number("policy.history_max").value_or(100));
  return policy;
}

store_choice make_store_choice(const settings& from, const std::string& account) {
  store_choice out;
  out.mode = parse_store_mode(from.text(name_of(account, "store"))).value_or(store_mode::file);
  out.path = from.text(name_of(account, "path"));
  out.passphrase.variable = from.text(name_of(account, "passphrase_env"));
  out.passphrase.descriptor = static_cast<int>(from.number(name_of(account, "passphrase_fd")).value_or(-1));
  return out;
}

account_result make_account(const settings& from, const std::string& account, const environment& variable) {
  account_result out;
  auto to = make_authority(from, account, variable);
  if (to.problem) {
    out.problem = to.problem;
    return out;
  }
  // The store makes its directory if only that is missing; here the one above may be, too.
  if (account != "default" && from.at(name_of(account, "path")).from.kind == origin_kind::built_in)
    ::mkdir((home_directory(variable) + "/.breakwater").c_str(), 0700);
  auto opened = open_store(make_store_choice(from, account));
  if (!opened.store) {
    out.problem = config_problem{{}, opened.error.message};
    out.is_store_problem = true;
    return out;
  }
  out.made.name = account;
  out.made.settings = make_policy(from, to.made);
  out.made.authority = std::move(to.made);
  out.made.store = std::move(opened.store);
  return out;
}

} // namespace breakwater::broker
