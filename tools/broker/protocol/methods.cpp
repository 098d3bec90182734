#include "breakwater/tools/broker/protocol/methods.hpp"

#include "breakwater/tools/broker/rpc/auth_codec.hpp"
#include "breakwater/tools/broker/rpc/json_fields.hpp"

#include <algorithm>
#include <array>

namespace breakwater::broker {

namespace {

rpc_error wrong(std::string why) { return {invalid_request, "Invalid request: " + std::move(why), {}}; }
rpc_error missing(std::string_view field) { return wrong("missing field `" + std::string{field} + "`"); }

/// The parameters have to be an object; with `required`, they have to be there.
std::optional<rpc_error> check_params(const message& m, bool required) {
  if (!m.has_params)
    return required ? std::optional{missing("params")} : std::nullopt;
  if (m.params.is_object() || (!required && m.params.is_null()))
    return std::nullopt;
  return wrong("`params` has to be an object");
}

/// Reads an optional flag. False: it is something else.
bool read_flag(const json_document& params, std::string_view name, bool& out) {
  auto* field = find_field(params, name);
  if (!field)
    return true;
  if (!field->is_boolean())
    return false;
  out = field->get<bool>();
  return true;
}

rpc_error no_flag(std::string_view name) { return wrong("`" + std::string{name} + "` has to be true or false"); }

// -- the app-server's methods ----------------------------------------------------------------------------------------

parsed_ask parse_initialize(const message& m) {
  if (auto error = check_params(m, true))
    return *error;
  ask_initialize out;
  auto* client = find_field(m.params, "clientInfo");
  if (!client)
    return missing("clientInfo");
  auto name = text_field(*client, "name");
  auto version = text_field(*client, "version");
  if (!name || !version)
    return missing(name ? "version" : "name");
  out.client_name = name->substr(0, 100);
  out.client_version = version->substr(0, 100);
  if (auto* capabilities = find_field(m.params, "capabilities")) {
    if (!read_flag(*capabilities, "experimentalApi", out.experimental))
      return no_flag("experimentalApi");
    if (auto* unwanted = find_field(*capabilities, "optOutNotificationMethods"); unwanted && unwanted->is_array())
      for (auto& name_of_one : *unwanted)
        if (name_of_one.is_string() && out.unwanted.size() < 64)
          out.unwanted.emplace_back(std::string_view{name_of_one.get_ref<const wiped_string&>()}.substr(0, 100));
  }
  return out;
}

parsed_ask parse_auth_status(const message& m) {
  if (auto error = check_params(m, true))
    return *error;
  ask_auth_status out;
  if (!read_flag(m.params, "includeToken", out.include_token))
    return no_flag("includeToken");
  if (!read_flag(m.params, "refreshToken", out.refresh))
    return no_flag("refreshToken");
  return ask{out};
}

parsed_ask parse_account_read(const message& m) {
  if (auto error = check_params(m, true))
    return *error;
  ask_account out;
  if (!read_flag(m.params, "refreshToken", out.refresh))
    return no_flag("refreshToken");
  return ask{out};
}

parsed_ask login_with_key(const json_document& params) {
  auto key = secret_field(params, "apiKey");
  if (!key)
    return missing("apiKey");
  ask_login out;
  out.given.method = auth_method::api_key;
  out.given.api_key = std::move(*key);
  return out.given.api_key.empty() ? parsed_ask{wrong("`apiKey` is empty")} : ask{std::move(out)};
}

parsed_ask login_with_external_tokens(const json_document& params) {
  auto token = secret_field(params, "accessToken");
  if (!token || token->empty())
    return missing("accessToken");
  auto account = text_field(params, "chatgptAccountId");
  if (!account || account->empty())
    return missing("chatgptAccountId");
  ask_login out;
  out.given.method = auth_method::external;
  out.given.access_token = std::move(*token);
  out.given.account.id = std::move(*account);
  out.given.account.plan = text_field(params, "chatgptPlanType").value_or("");
  return ask{std::move(out)};
}

parsed_ask parse_login(const message& m) {
  if (auto error = check_params(m, true))
    return *error;
  auto type = text_field(m.params, "type");
  if (!type)
    return missing("type");
  if (*type == "apiKey")
    return login_with_key(m.params);
  if (*type == "chatgptAuthTokens")
    return login_with_external_tokens(m.params);
  if (*type == "chatgpt" || *type == "chatgptDeviceCode")
    return rpc_error{invalid_request,
                     "This build of Breakwater has no browser or device code login yet. Log in with another program "
                     "that writes the same auth.json, with `breakwater login`, or with the type `apiKey`.",
                     {}};
  return wrong("unknown login type; expected `apiKey` or `chatgptAuthTokens`");
}

/// 8-4-4-4-12 hex digits, or 32 of them (RFC 9562, section 4).
bool is_uuid(std::string_view text) {
  auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); };
  if (text.size() == 32)
    return std::all_of(text.begin(), text.end(), is_hex);
  if (text.size() != 36)
    return false;
  for (size_t i = 0; i < text.size(); ++i) {
    auto dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !is_hex(text[i]))
      return false;
  }
  return true;
}

parsed_ask parse_cancel(const message& m) {
  if (auto error = check_params(m, true))
    return *error;
  auto id = text_field(m.params, "loginId");
  if (!id)
    return missing("loginId");
  if (!is_uuid(*id))
    return rpc_error{invalid_request, "invalid login id: it is not a UUID", {}};
  return ask_cancel_login{};
}

parsed_ask parse_logout(const message& m) {
  if (auto error = check_params(m, false))
    return *error;
  return ask{ask_logout{}};
}

// -- our own ---------------------------------------------------------------------------------------------------------

/// The longest wait that may be asked for.
constexpr std::chrono::milliseconds span_max = std::chrono::hours{24};

bool read_span(const json_document& params, std::string_view name, std::chrono::milliseconds& out) {
  if (!find_field(params, name))
    return true;
  auto count = integer_field(params, name);
  if (!count || *count < 0)
    return false;
  out = std::min(std::chrono::milliseconds{std::min<int64_t>(*count, span_max.count())}, span_max);
  return true;
}

rpc_error no_span(std::string_view name) {
  return wrong("`" + std::string{name} + "` has to be a number of milliseconds");
}

bool read_generation(const json_document& params, std::string_view name, generation& out) {
  auto* field = find_field(params, name);
  if (!field)
    return true;
  auto read = generation_from_json(*field);
  if (read)
    out = *read;
  return read.has_value();
}

rpc_error no_generation(std::string_view name) {
  return wrong("`" + std::string{name} + "` has to be {\"life\": \"digits\", \"number\": n}, as an answer had it");
}

parsed_ask parse_own_status(const message& m) {
  if (auto error = check_params(m, false))
    return *error;
  ask_own_status out;
  if (!read_flag(m.params, "refresh", out.refresh))
    return no_flag("refresh");
  if (!read_span(m.params, "waitMs", out.wait_max))
    return no_span("waitMs");
  return ask{out};
}

parsed_ask parse_token(const message& m) {
  if (auto error = check_params(m, false))
    return *error;
  ask_token out;
  if (!read_span(m.params, "minValidityMs", out.what.min_validity))
    return no_span("minValidityMs");
  if (!read_span(m.params, "waitMs", out.what.wait_max))
    return no_span("waitMs");
  if (!read_generation(m.params, "rejected", out.what.rejected))
    return no_generation("rejected");
  return ask{out};
}

parsed_ask parse_refresh(const message& m) {
  if (auto error = check_params(m, false))
    return *error;
  ask_refresh out;
  if (!read_span(m.params, "waitMs", out.what.wait_max))
    return no_span("waitMs");
  if (!read_generation(m.params, "observed", out.what.observed))
    return no_generation("observed");
  return ask{out};
}

template <class Ask>
parsed_ask parse_bare(const message& m) {
  if (auto error = check_params(m, false))
    return *error;
  return ask{Ask{}};
}

parsed_ask parse_own_login(const message& m) {
  if (auto error = check_params(m, true))
    return *error;
  auto read = login_from_json(m.params);
  if (read.error)
    return wrong(read.error.message);
  return ask{ask_own_login{std::move(read.found)}};
}

parsed_ask parse_own_logout(const message& m) {
  if (auto error = check_params(m, false))
    return *error;
  ask_own_logout out;
  if (!read_flag(m.params, "revoke", out.revoke))
    return no_flag("revoke");
  return ask{out};
}

parsed_ask parse_info(const message& m) {
  if (auto error = check_params(m, false))
    return *error;
  return ask_info{};
}

constexpr std::array methods{
    method{"getAuthStatus", parse_auth_status},
    method{"account/read", parse_account_read},
    method{"initialize", parse_initialize},
    method{"account/login/start", parse_login},
    method{"account/login/cancel", parse_cancel},
    method{"account/logout", parse_logout},
    method{"breakwater/info", parse_info, true},
    method{"breakwater/status", parse_own_status, true},
    method{"breakwater/token", parse_token, true},
    method{"breakwater/refresh", parse_refresh, true},
    method{"breakwater/reload", parse_bare<ask_reload>, true},
    method{"breakwater/login", parse_own_login, true},
    method{"breakwater/logout", parse_own_logout, true},
    method{"breakwater/explain", parse_bare<ask_explain>, true},
    method{"breakwater/watch", parse_bare<ask_watch>, true},
};

} // namespace

std::span<const method> all_methods() { return methods; }

std::optional<size_t> find_method(std::string_view name) {
  for (size_t i = 0; i < methods.size(); ++i)
    if (methods[i].name == name)
      return i;
  return std::nullopt;
}

} // namespace breakwater::broker
