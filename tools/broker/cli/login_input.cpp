#include "breakwater/tools/broker/cli/login_input.hpp"

#include "breakwater/storage/auth_file_codec.hpp"
#include "breakwater/tools/broker/rpc/json_fields.hpp"

#include <algorithm>

namespace breakwater::cli {

namespace {

constexpr auto where = "standard input";

std::string_view trimmed(std::string_view text) {
  auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && is_space(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_space(text.back()))
    text.remove_suffix(1);
  return text;
}

login_input refused(std::string why) { return {{ec::invalid_request, std::move(why)}, {}}; }

login_input parse_key(std::string_view key) {
  auto printable = std::all_of(key.begin(), key.end(), [](char c) { return c > 0x20 && c < 0x7F; });
  if (!printable)
    return refused("standard input is neither JSON nor one API key on a line by itself");
  credential out;
  out.method = auth_method::api_key;
  out.api_key = secret{key};
  return {{}, std::move(out)};
}

/// The token under either of its names; nothing if it is there and no text.
std::optional<secret> token_in(const json_document& from, const char* snake, const char* camel) {
  for (const auto* name : {snake, camel})
    if (broker::find_field(from, name))
      return broker::secret_field(from, name);
  return secret{};
}

login_input parse_tokens(const json_document& from, wall_time now) {
  auto access = token_in(from, "access_token", "accessToken");
  auto refresh = token_in(from, "refresh_token", "refreshToken");
  auto id = token_in(from, "id_token", "idToken");
  if (!access || !refresh || !id)
    return refused("standard input has a token that is no text");
  if (access->empty() && refresh->empty())
    return refused("standard input is JSON and has neither access_token nor refresh_token");
  credential out;
  out.method = auth_method::oauth;
  out.access_token = *access;
  out.refresh_token = *refresh;
  out.id_token = *id;
  for (const auto* name : {"account_id", "accountId"})
    if (auto account = broker::text_field(from, name))
      out.account.id = *account;
  if (auto life = broker::integer_field(from, "expires_in"); life && *life > 0 && *life < 315'360'000)
    out.expires_at = now + std::chrono::seconds{*life};
  return {{}, std::move(out)};
}

} // namespace

login_input parse_login_input(std::string_view text, wall_time now) {
  text = trimmed(text);
  if (text.empty())
    return refused("standard input is empty");
  if (text.front() != '{')
    return parse_key(text);
  auto read = parse_json_object(text, where);
  if (read.error)
    return refused(read.error.message);
  const auto& document = read.document;
  auto is_file = document.contains("OPENAI_API_KEY") || document.contains("auth_mode");
  auto* nested = broker::find_field(document, "tokens");
  if (!is_file && nested == nullptr)
    return parse_tokens(document, now);
  if (!is_file && nested->is_object())
    return parse_tokens(*nested, now);
  auto file = parse_auth_file(text, where);
  if (file.error)
    return refused(file.error.message);
  if (file.found.method == auth_method::none)
    return refused("standard input is an auth.json without a credential");
  return {{}, std::move(file.found)};
}

} // namespace breakwater::cli
