#include "breakwater/tools/broker/rpc/auth_codec.hpp"

#include "breakwater/tools/broker/rpc/answers.hpp"
#include "breakwater/tools/broker/rpc/json_fields.hpp"

#include <charconv>

namespace breakwater::broker {

namespace {

/// The numbers of our own errors begin below this, away from those that app-server clients know.
constexpr int failure_code_base = -32040;

/// The enumerator whose word this is, among those from 0 to `last`.
template <class Enum>
std::optional<Enum> named(std::string_view word, Enum last) {
  for (auto i = 0; i <= static_cast<int>(last); ++i)
    if (to_string(static_cast<Enum>(i)) == word)
      return static_cast<Enum>(i);
  return std::nullopt;
}

template <class Number>
bool read_digits(std::string_view text, Number& out) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size();
}

json_document failure_to_json(const status_failure& failure) {
  auto out = json_document::object();
  set_text(out, "code", to_string(failure.code));
  if (failure.reason != refusal::none)
    set_text(out, "reason", to_string(failure.reason));
  set_text(out, "message", failure.message);
  set_if_known(out, "since", failure.since);
  return out;
}

std::optional<status_failure> status_failure_from_json(const json_document& in) {
  status_failure out;
  auto code = text_field(in, "code");
  auto message = text_field(in, "message");
  if (!code || !message || !from_string(*code, out.code))
    return std::nullopt;
  out.message = std::move(*message);
  out.reason = refusal_named(text_field(in, "reason").value_or("none")).value_or(refusal::unknown);
  out.since = time_field(in, "since").value_or(unknown_time);
  return out;
}

} // namespace

std::optional<auth_method> method_named(std::string_view word) { return named(word, auth_method::external); }
std::optional<auth_health> health_named(std::string_view word) { return named(word, auth_health::poisoned); }
std::optional<refusal> refusal_named(std::string_view word) { return named(word, refusal::other_account); }

json_document status_to_json(std::string_view account, const status_fields& status) {
  auto out = json_document::object();
  set_text(out, "account", account);
  set_text(out, "method", to_string(status.method));
  set_if_known(out, "accountId", status.account.id);
  set_if_known(out, "email", status.account.email);
  set_if_known(out, "plan", status.account.plan);
  if (status.generation)
    out["generation"] = generation_to_json(status.generation);
  set_if_known(out, "expiresAt", status.expires_at);
  set_text(out, "health", to_string(status.health));
  if (status.failure.code != ec::none)
    out["failure"] = failure_to_json(status.failure);
  set_if_known(out, "retryAfter", status.retry_after);
  return out;
}

std::optional<named_status> status_from_json(const json_document& in) {
  named_status out;
  auto account = text_field(in, "account");
  auto method = method_named(text_field(in, "method").value_or(""));
  auto health = health_named(text_field(in, "health").value_or(""));
  if (!account || !method || !health)
    return std::nullopt;
  out.account = std::move(*account);
  auto& status = out.status;
  status.method = *method;
  status.health = *health;
  status.account = {text_field(in, "accountId").value_or(""), text_field(in, "email").value_or(""),
                    text_field(in, "plan").value_or("")};
  if (auto* generation = find_field(in, "generation"))
    status.generation = generation_from_json(*generation).value_or(breakwater::generation{});
  status.expires_at = time_field(in, "expiresAt").value_or(unknown_time);
  if (auto* failure = find_field(in, "failure"))
    status.failure = status_failure_from_json(*failure).value_or(status_failure{});
  status.retry_after = time_field(in, "retryAfter").value_or(unknown_time);
  return out;
}

json_document generation_to_json(const generation& g) {
  auto out = json_document::object();
  set_text(out, "life", std::to_string(g.life));
  out["number"] = g.number;
  return out;
}

std::optional<generation> generation_from_json(const json_document& in) {
  generation out;
  auto life = text_field(in, "life");
  auto* number = find_field(in, "number");
  if (!life || !read_digits(*life, out.life) || !number || !number->is_number_unsigned())
    return std::nullopt;
  out.number = number->get<uint64_t>();
  return out;
}

json_document bearer_to_json(const bearer_fields& b) {
  auto out = json_document::object();
  set_text(out, "token", b.token.reveal());
  out["generation"] = generation_to_json(b.generation);
  set_if_known(out, "expiresAt", b.expires_at);
  set_if_known(out, "accountId", b.account.id);
  return out;
}

std::optional<bearer_fields> bearer_from_json(const json_document& in) {
  bearer_fields out;
  auto token = secret_field(in, "token");
  auto* generation = find_field(in, "generation");
  auto named_generation = generation ? generation_from_json(*generation) : std::nullopt;
  if (!token || token->empty() || !named_generation)
    return std::nullopt;
  out.token = std::move(*token);
  out.generation = *named_generation;
  out.expires_at = time_field(in, "expiresAt").value_or(unknown_time);
  out.account.id = text_field(in, "accountId").value_or("");
  return out;
}

json_document reload_to_json(reload_outcome outcome) {
  auto out = json_document::object();
  set_text(out, "outcome", to_string(outcome));
  return out;
}

std::optional<reload_outcome> reload_from_json(const json_document& in) {
  return named(text_field(in, "outcome").value_or(""), reload_outcome::logged_out);
}

json_document logout_to_json(const logout_outcome& outcome) {
  auto out = json_document::object();
  out["wasLoggedIn"] = outcome.was_logged_in;
  out["revoking"] = outcome.revoking;
  return out;
}

std::optional<logout_outcome> logout_from_json(const json_document& in) {
  auto was = flag_field(in, "wasLoggedIn");
  auto revoking = flag_field(in, "revoking");
  if (!was || !revoking)
    return std::nullopt;
  return logout_outcome{*was, *revoking};
}

json_document history_to_json(const named_history& known) {
  auto out = json_document::object();
  set_text(out, "store", known.store);
  auto& entries = out["entries"] = json_document::array();
  for (auto& entry : known.history.entries) {
    auto one = json_document::object();
    set_if_known(one, "at", entry.at);
    set_text(one, "what", entry.what);
    set_text(one, "detail", entry.detail);
    entries.push_back(std::move(one));
  }
  return out;
}

std::optional<named_history> history_from_json(const json_document& in) {
  named_history out;
  auto store = text_field(in, "store");
  auto* entries = find_field(in, "entries");
  if (!store || !entries || !entries->is_array())
    return std::nullopt;
  out.store = std::move(*store);
  for (auto& entry : *entries) {
    auto what = text_field(entry, "what");
    auto detail = text_field(entry, "detail");
    if (!what || !detail)
      return std::nullopt;
    out.history.entries.push_back(
        {time_field(entry, "at").value_or(unknown_time), std::move(*what), std::move(*detail)});
  }
  return out;
}

json_document info_to_json(const broker_info& info) {
  auto out = json_document::object();
  set_text(out, "version", info.version);
  out["pid"] = info.pid;
  out["uid"] = info.uid;
  set_if_known(out, "since", info.since);
  auto& accounts = out["accounts"] = json_document::array();
  for (auto& name : info.accounts)
    accounts.push_back(wiped_string{name});
  return out;
}

std::optional<broker_info> info_from_json(const json_document& in) {
  broker_info out;
  auto version = text_field(in, "version");
  auto pid = integer_field(in, "pid");
  auto uid = integer_field(in, "uid");
  auto* accounts = find_field(in, "accounts");
  if (!version || !pid || !uid || !accounts || !accounts->is_array())
    return std::nullopt;
  out.version = std::move(*version);
  out.pid = *pid;
  out.uid = *uid;
  out.since = time_field(in, "since").value_or(unknown_time);
  for (auto& name : *accounts) {
    if (!name.is_string())
      return std::nullopt;
    out.accounts.emplace_back(std::string_view{name.get_ref<const wiped_string&>()});
  }
  return out;
}

rpc_error failure_to_error(const named_failure& failed) {
  auto data = json_document::object();
  set_text(data, "ec", to_string(failed.why.code));
  if (failed.reason != refusal::none)
    set_text(data, "reason", to_string(failed.reason));
  set_if_known(data, "retryAfter", failed.retry_after);
  auto text = in_one_line(data);
  return {failure_code_base - static_cast<int>(failed.why.code), failed.why.message,
          std::string{text.data(), text.size()}};
}

named_failure failure_from_json(const json_document& error) {
  named_failure out;
  out.why.message = text_field(error, "message").value_or("the broker's error has no text");
  auto* data = find_field(error, "data");
  auto code = data ? text_field(*data, "ec") : std::nullopt;
  if (code && from_string(*code, out.why.code)) {
    out.reason = refusal_named(text_field(*data, "reason").value_or("none")).value_or(refusal::unknown);
    out.retry_after = time_field(*data, "retryAfter").value_or(unknown_time);
    return out;
  }
  auto number = integer_field(error, "code").value_or(0);
  auto to_blame = number == invalid_request || number == method_not_found || number == parse_error;
  out.why.code = to_blame ? ec::invalid_request : ec::unavailable;
  return out;
}

json_document login_to_json(const credential& given) {
  auto out = json_document::object();
  if (given.method == auth_method::api_key) {
    set_text(out, "apiKey", given.api_key.reveal());
    return out;
  }
  auto& tokens = out["tokens"] = json_document::object();
  set_if_known(tokens, "idToken", given.id_token.reveal());
  set_text(tokens, "accessToken", given.access_token.reveal());
  set_if_known(tokens, "refreshToken", given.refresh_token.reveal());
  set_if_known(tokens, "accountId", given.account.id);
  set_if_known(tokens, "expiresAt", given.expires_at);
  return out;
}

parsed_login login_from_json(const json_document& params) {
  auto wrong = [](std::string why) { return parsed_login{{ec::invalid_request, std::move(why)}, {}}; };
  parsed_login out;
  auto& made = out.found;
  auto* key = find_field(params, "apiKey");
  auto* tokens = find_field(params, "tokens");
  if (!key == !tokens)
    return wrong("a login needs either `apiKey` or `tokens`");
  if (key) {
    made.method = auth_method::api_key;
    made.api_key = secret_field(params, "apiKey").value_or(secret{});
    return made.api_key.empty() ? wrong("`apiKey` has to be a string that is not empty") : out;
  }
  if (!tokens->is_object())
    return wrong("`tokens` has to be an object");
  made.method = auth_method::oauth;
  for (auto [name, field] : {std::pair{"idToken", &made.id_token}, std::pair{"accessToken", &made.access_token},
                             std::pair{"refreshToken", &made.refresh_token}}) {
    if (!find_field(*tokens, name))
      continue;
    auto value = secret_field(*tokens, name);
    if (!value)
      return wrong(std::string{"`tokens."} + name + "` has to be a string");
    *field = std::move(*value);
  }
  if (find_field(*tokens, "accountId")) {
    auto id = text_field(*tokens, "accountId");
    if (!id)
      return wrong("`tokens.accountId` has to be a string");
    made.account.id = std::move(*id);
  }
  if (find_field(*tokens, "expiresAt")) {
    auto at = time_field(*tokens, "expiresAt");
    if (!at)
      return wrong("`tokens.expiresAt` has to be a date (RFC 3339)");
    made.expires_at = *at;
  }
  if (made.access_token.empty() && made.refresh_token.empty())
    return wrong("`tokens` needs an `accessToken` or a `refreshToken`");
  return out;
}

} // namespace breakwater::broker
