#pragma once
#include "breakwater/messages/credential.hpp"
#include "breakwater/messages/error.hpp"
#include "breakwater/storage/wiped_string.hpp"

#include <string_view>

/// auth.json, as app-server clients have it, to a credential and back. Pure: no file, no clock.
///
///   OPENAI_API_KEY  string or null
///   auth_mode       apikey | chatgpt | chatgptAuthTokens; absent: apikey if there is a key, else chatgpt
///   tokens          {id_token, access_token, refresh_token, account_id}, each a string
///   last_refresh    RFC 3339
///
/// Opaque tokens of other authorities are kept in the same fields: no token is decoded here. What a credential has
/// and this format does not (login_id, expires_at, email, plan) is in the side file. A key without tokens has no
/// account id here.
namespace breakwater {

struct auth_file_result {
  failure error;
  /// Method none: the file holds no credential.
  credential found;
};

/// Reads the text of an auth.json; `where` names it in messages. Fails with `store_unreadable`, naming the field and
/// what was expected of it, never a value. A mode that is not known here (agentIdentity, bedrockApiKey, ...) is such a
/// failure.
auth_file_result parse_auth_file(std::string_view text, std::string_view where);

struct auth_file_text {
  failure error;
  wiped_string text;
};

/// The text of an auth.json that holds `next`. Fields of `existing` that are not known here are kept, at every level;
/// an empty `existing` is an empty document. Fails with `store_unwritable` if a token is not UTF-8 or `next` has no
/// method, with `store_unreadable` if `existing` is no JSON object.
auth_file_text render_auth_file(const credential& next, std::string_view existing, std::string_view where);

} // namespace breakwater
