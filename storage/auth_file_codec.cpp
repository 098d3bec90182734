#include "breakwater/storage/auth_file_codec.hpp"

#include "breakwater/storage/json_document.hpp"
#include "breakwater/storage/rfc3339.hpp"

#include <array>

namespace breakwater {

namespace {

struct mode_name {
  std::string_view name;
  auth_method method;
};

constexpr std::array<mode_name, 3> known_modes = {
    {{"apikey", auth_method::api_key}, {"chatgpt", auth_method::oauth}, {"chatgptAuthTokens", auth_method::external}}};

/// Modes of newer clients: named in the message, since a user can act on the name.
constexpr std::array<std::string_view, 5> newer_modes = {"agentIdentity", "headers", "personalAccessToken",
                                                         "bedrockApiKey", "bedrockAccessKeys"};

/// Credentials of newer clients that come before OPENAI_API_KEY when `auth_mode` is absent.
constexpr std::array<std::string_view, 3> newer_credentials = {"personal_access_token", "bedrock_api_key",
                                                               "bedrock_access_keys"};

const json_document* find_set(const json_document& object, std::string_view name) {
  auto found = object.find(wiped_string{name});
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

/// Reads one document; the first failure stays.
class auth_file_reader {
public:
  auth_file_reader(const json_document& document, std::string_view where) : document_{document}, where_{where} {}

  auth_file_result read() {
    auto& found = result_.found;
    found.api_key = read_secret(document_, "OPENAI_API_KEY", "OPENAI_API_KEY");
    read_tokens();
    read_last_refresh();
    found.method = read_mode();
    if (result_.error)
      return {std::move(result_.error), {}};
    if (found.method != auth_method::api_key && found.access_token.empty() && found.refresh_token.empty())
      return {};
    return std::move(result_);
  }

private:
  void fail(std::string_view field, std::string_view problem) {
    if (!result_.error)
      result_.error = {ec::store_unreadable,
                       std::string{where_}.append(": ").append(field).append(": ").append(problem)};
  }

  std::string_view read_string(const json_document& object, std::string_view name, std::string_view shown_as) {
    auto* value = find_set(object, name);
    if (!value)
      return {};
    if (auto* text = value->get_ptr<const wiped_string*>())
      return *text;
    fail(shown_as, std::string{"expected a string, found "}.append(kind_of(*value)));
    return {};
  }

  secret read_secret(const json_document& object, std::string_view name, std::string_view shown_as) {
    return secret{read_string(object, name, shown_as)};
  }

  void read_tokens() {
    auto* tokens = find_set(document_, "tokens");
    if (!tokens)
      return;
    if (!tokens->is_object())
      return fail("tokens", std::string{"expected an object, found "}.append(kind_of(*tokens)));
    result_.found.id_token = read_secret(*tokens, "id_token", "tokens.id_token");
    result_.found.access_token = read_secret(*tokens, "access_token", "tokens.access_token");
    result_.found.refresh_token = read_secret(*tokens, "refresh_token", "tokens.refresh_token");
    result_.found.account.id = read_string(*tokens, "account_id", "tokens.account_id");
  }

  void read_last_refresh() {
    auto text = read_string(document_, "last_refresh", "last_refresh");
    if (text.empty())
      return;
    if (auto time = parse_rfc3339(text))
      result_.found.refreshed_at = *time;
    else
      fail("last_refresh", "expected a date and time as RFC 3339 writes it");
  }

  auth_method read_mode() {
    if (!find_set(document_, "auth_mode"))
      return resolve_absent_mode();
    auto text = read_string(document_, "auth_mode", "auth_mode");
    for (auto& known : known_modes)
      if (text == known.name) {
        if (known.method == auth_method::api_key && result_.found.api_key.empty())
          fail("OPENAI_API_KEY", "expected a key, since auth_mode is apikey");
        return known.method;
      }
    for (auto newer : newer_modes)
      if (text == newer)
        fail("auth_mode", std::string{newer}.append(" is not supported; use the program that wrote it, or log in"));
    fail("auth_mode", "expected apikey, chatgpt or chatgptAuthTokens, found a mode of a newer program");
    return auth_method::none;
  }

  auth_method resolve_absent_mode() {
    for (auto newer : newer_credentials)
      if (find_set(document_, newer))
        fail(newer, "this kind of credential is not supported; use the program that wrote it, or log in");
    return result_.found.api_key.empty() ? auth_method::oauth : auth_method::api_key;
  }

  const json_document& document_;
  std::string_view where_;
  auth_file_result result_;
};

std::string_view name_of(auth_method method) {
  for (auto& known : known_modes)
    if (known.method == method)
      return known.name;
  return {};
}

void set_or_erase(json_document& object, const char* name, std::string_view value) {
  if (value.empty())
    object.erase(name);
  else
    object[name] = wiped_string{value};
}

void write_tokens(json_document& document, const credential& next) {
  if (next.id_token.empty() && next.access_token.empty() && next.refresh_token.empty()) {
    document.erase("tokens");
    return;
  }
  auto& tokens = document["tokens"];
  if (!tokens.is_object())
    tokens = json_document::object();
  tokens["id_token"] = wiped_string{next.id_token.reveal()};
  tokens["access_token"] = wiped_string{next.access_token.reveal()};
  tokens["refresh_token"] = wiped_string{next.refresh_token.reveal()};
  set_or_erase(tokens, "account_id", next.account.id);
}

/// Checks what rendering would otherwise replace: a changed token is a lost token.
bool is_utf8(std::string_view text) {
  try {
    (void)json_document(wiped_string{text}).dump();
    return true;
  } catch (const json_document::exception&) {
    return false;
  }
}

std::string_view find_bad_text(const credential& next) {
  if (!is_utf8(next.api_key.reveal()))
    return "OPENAI_API_KEY";
  if (!is_utf8(next.id_token.reveal()))
    return "tokens.id_token";
  if (!is_utf8(next.access_token.reveal()))
    return "tokens.access_token";
  if (!is_utf8(next.refresh_token.reveal()))
    return "tokens.refresh_token";
  if (!is_utf8(next.account.id))
    return "tokens.account_id";
  return {};
}

auth_file_text unwritable(std::string_view where, std::string_view field, std::string_view problem) {
  return {{ec::store_unwritable, std::string{where}.append(": ").append(field).append(": ").append(problem)}, {}};
}

} // namespace

auth_file_result parse_auth_file(std::string_view text, std::string_view where) {
  auto parsed = parse_json_object(text, where);
  if (parsed.error)
    return {std::move(parsed.error), {}};
  return auth_file_reader{parsed.document, where}.read();
}

auth_file_text render_auth_file(const credential& next, std::string_view existing, std::string_view where) {
  if (next.method == auth_method::none)
    return unwritable(where, "auth_mode", "a credential without a method cannot be stored");
  if (next.method == auth_method::api_key && next.api_key.empty())
    return unwritable(where, "OPENAI_API_KEY", "a credential of method api_key needs a key");
  if (auto bad = find_bad_text(next); !bad.empty())
    return unwritable(where, bad, "not UTF-8, so JSON cannot hold it");
  json_document_result merged{{}, json_document::object()};
  if (!existing.empty())
    merged = parse_json_object(existing, where);
  if (merged.error)
    return {std::move(merged.error), {}};
  auto& document = merged.document;
  document["auth_mode"] = wiped_string{name_of(next.method)};
  document["OPENAI_API_KEY"] =
      next.api_key.empty() ? json_document{} : json_document(wiped_string{next.api_key.reveal()});
  write_tokens(document, next);
  set_or_erase(document, "last_refresh",
               next.refreshed_at == unknown_time ? std::string{} : render_rfc3339(next.refreshed_at));
  return {{}, render_json(document)};
}

} // namespace breakwater
