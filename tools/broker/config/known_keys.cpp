#include "breakwater/tools/broker/config/known_keys.hpp"

#include "breakwater/tools/broker/config/duration_text.hpp"
#include "breakwater/transport/endpoint.hpp"

#include <algorithm>
#include <array>

namespace breakwater::broker {

namespace {

using enum value_kind;

constexpr std::array keys = std::to_array<known_key>({
    {"", "default_account", text, "", "BREAKWATER_ACCOUNT", "", "the account that commands are about"},
    {"", "color", choice, "auto", "BREAKWATER_COLOR", "auto always never", "colours: auto is on a terminal only"},

    {"broker", "use", choice, "auto", "BREAKWATER_BROKER", "auto always never",
     "ask a running broker, else the store (auto); only the broker; only the store"},
    {"broker", "socket", path, "", "BREAKWATER_SOCKET", "", "the unix socket of the broker"},
    {"broker", "metrics", text, "", "BREAKWATER_METRICS", "", "HOST:PORT of /metrics and /healthz; empty: none"},
    {"broker", "exit_grace", duration, "10s", "BREAKWATER_EXIT_GRACE", "",
     "how long an end waits for a flight and its save"},

    {"account", "store", choice, "file", "BREAKWATER_STORE", "file keyring encrypted auto memory",
     "where the credential is kept; auto is the keyring, else the file"},
    {"account", "path", path, "", "BREAKWATER_AUTH_FILE", "", "the auth.json, or what names it to the other stores"},
    {"account", "passphrase_env", text, "", "BREAKWATER_PASSPHRASE_ENV", "",
     "name of the variable with the passphrase of an encrypted store"},
    {"account", "passphrase_fd", number, "", "BREAKWATER_PASSPHRASE_FD", "",
     "number of an open file to read that passphrase from"},
    {"account", "authority", choice, "", "BREAKWATER_AUTHORITY", "openai generic",
     "openai, or generic: any server that keeps to RFC 6749"},
    {"account", "token_endpoint", url, "", "BREAKWATER_TOKEN_ENDPOINT", "", "where tokens are refreshed"},
    {"account", "revocation_endpoint", url, "", "BREAKWATER_REVOCATION_ENDPOINT", "", "where a logout revokes"},
    {"account", "client_id", text, "", "BREAKWATER_CLIENT_ID", "", "the id of this client at the authority"},
    {"account", "client_secret_env", text, "", "BREAKWATER_CLIENT_SECRET_ENV", "",
     "name of the variable with the client's secret"},
    {"account", "client_auth", choice, "", "BREAKWATER_CLIENT_AUTH", "none basic post",
     "how the client proves itself (RFC 6749, 2.3.1); basic if it has a secret"},
    {"account", "scopes", words, "", "BREAKWATER_SCOPES", "", "sent as scope with each refresh"},
    {"account", "ca_bundle", path, "", "BREAKWATER_CA_BUNDLE", "", "PEM file that replaces the system's certificates"},
    {"account", "connect_timeout", duration, "10s", "BREAKWATER_CONNECT_TIMEOUT", "",
     "how long a connection to the authority may take"},
    {"account", "total_timeout", duration, "30s", "BREAKWATER_TOTAL_TIMEOUT", "", "how long a whole request may take"},
    {"account", "replay_grace", duration, "0s", "BREAKWATER_REPLAY_GRACE", "",
     "the authority documents to answer a second use within this"},

    {"policy", "early_window", duration, "5m", "BREAKWATER_EARLY_WINDOW", "", "refresh this long before the end"},
    {"policy", "age_max", duration, "8d", "BREAKWATER_AGE_MAX", "", "refresh a token without an end after this"},
    {"policy", "fresh_window", duration, "10s", "BREAKWATER_FRESH_WINDOW", "",
     "a refresh is satisfied by tokens issued less than this ago"},
    {"policy", "backoff_min", duration, "1s", "BREAKWATER_BACKOFF_MIN", "", "the first pause after a failure"},
    {"policy", "backoff_max", duration, "5m", "BREAKWATER_BACKOFF_MAX", "", "the longest pause after failures"},
    {"policy", "retry_after_max", duration, "1h", "BREAKWATER_RETRY_AFTER_MAX", "", "the longest Retry-After obeyed"},
    {"policy", "misconfigured_pause", duration, "5m", "BREAKWATER_MISCONFIGURED_PAUSE", "",
     "how long a misconfigured client stays quiet"},
    {"policy", "lease_wait_max", duration, "45s", "BREAKWATER_LEASE_WAIT_MAX", "",
     "how long to wait for another process that refreshes"},
    {"policy", "doubt_tries_max", number, "5", "BREAKWATER_DOUBT_TRIES_MAX", "",
     "tries in doubt after which a token counts as refused"},
    {"policy", "probe_pause", duration, "1h", "BREAKWATER_PROBE_PAUSE", "", "the pause between probes after that"},
    {"policy", "history_max", number, "100", "BREAKWATER_HISTORY_MAX", "", "decisions kept for explain"},
});

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    auto end = std::min(text.find(' '), text.size());
    if (end > 0)
      out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string joined(const std::vector<std::string>& all) {
  std::string out;
  for (const auto& each : all)
    out += (out.empty() ? "" : ", ") + each;
  return out;
}

std::optional<int64_t> number_in(std::string_view digits) {
  if (digits.empty() || digits.size() > 9 || digits.find_first_not_of("0123456789") != digits.npos)
    return std::nullopt;
  return std::stol(std::string{digits});
}

size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j < row.size(); ++j)
    row[j] = j;
  for (size_t i = 0; i < a.size(); ++i) {
    auto diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      auto above = row[j + 1];
      row[j + 1] = std::min({above + 1, row[j] + 1, diagonal + (a[i] == b[j] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row.back();
}

std::optional<std::string> adapt_text(const known_key& key, std::string& value) {
  switch (key.kind) {
  case url: {
    auto where = endpoint_of(value);
    if (where.host.empty())
      return "is not an absolute https URL; give one such as https://auth.example.com/oauth/token";
    if (!where.is_protected())
      return "is plain http, which would show the tokens to the network; use https (http is for loopback hosts only)";
    if (where.has_user_or_fragment)
      return "has a user name or a fragment; remove it (RFC 6749, section 3.2)";
    return std::nullopt;
  }
  case duration: {
    auto length = parse_duration(value);
    if (!length)
      return "is no length of time; write a number with its unit, such as 250ms, 30s, 5m, 1h30m or 8d";
    value = render_duration(*length);
    return std::nullopt;
  }
  case choice: {
    auto known = split(key.choices);
    if (std::find(known.begin(), known.end(), value) != known.end())
      return std::nullopt;
    auto meant = closest(value, known);
    return "is none of: " + joined(known) + (meant.empty() ? "" : "; did you mean '" + meant + "'?");
  }
  default:
    return std::nullopt;
  }
}

} // namespace

std::span<const known_key> known_keys() { return keys; }

const known_key* find_key(std::string_view name) {
  std::string_view section;
  if (auto first = name.find('.'); first != name.npos) {
    section = name.substr(0, first);
    name.remove_prefix(section == "account" ? std::min(name.rfind('.') + 1, name.size()) : first + 1);
  }
  for (const auto& each : keys)
    if (each.section == section && each.name == name)
      return &each;
  return nullptr;
}

std::string full_name(const known_key& key, const std::string& account) {
  if (key.section.empty())
    return std::string{key.name};
  auto section = std::string{key.section};
  return section + (section == "account" ? '.' + account : "") + '.' + std::string{key.name};
}

bool is_account_name(std::string_view name) {
  auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), fits);
}

std::optional<std::string> adapt(const known_key& key, plain_value& value) {
  if (auto* text_value = std::get_if<std::string>(&value)) {
    if (key.kind == words) {
      value = split(std::string{*text_value});
      return std::nullopt;
    }
    if (key.kind == number) {
      auto read = number_in(*text_value);
      if (!read)
        return "is no whole number";
      value = *read;
      return std::nullopt;
    }
    return adapt_text(key, *text_value);
  }
  if (auto* read = std::get_if<int64_t>(&value)) {
    if (key.kind == number)
      return *read < 0 || *read > 999'999'999 ? std::optional<std::string>{"is out of range: 0 to 999999999"}
                                              : std::nullopt;
    if (key.kind == duration)
      return "is a bare number; write it with its unit, such as \"" + std::to_string(*read) + "s\"";
    return "is a number; a text was expected";
  }
  if (key.kind != words)
    return "is a list; a single value was expected";
  return std::nullopt;
}

std::string closest(std::string_view name, const std::vector<std::string>& known) {
  std::string best;
  size_t least = std::max<size_t>(name.size() / 3, 2) + 1;
  for (const auto& each : known)
    if (auto far = distance(name, each); far < least) {
      least = far;
      best = each;
    }
  return best;
}

std::vector<std::string> names_in(std::string_view section) {
  std::vector<std::string> out;
  for (const auto& each : keys)
    if (each.section == section)
      out.emplace_back(each.name);
  return out;
}

std::string_view instead_of_secret(std::string_view name) {
  if (name == "client_secret")
    return "put it in an environment variable and name that with client_secret_env";
  if (name == "passphrase")
    return "put it in an environment variable and name that with passphrase_env, or use passphrase_fd";
  if (name == "api_key" || name == "OPENAI_API_KEY" || name == "token" || name == "access_token" ||
      name == "refresh_token" || name == "id_token")
    return "give it to 'breakwater login' on standard input, and remove it here";
  return {};
}

} // namespace breakwater::broker
