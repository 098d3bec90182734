#pragma once
#include "breakwater/messages/auth_messages.hpp"
#include "breakwater/tools/broker/rpc/message.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the auth actor says, as JSON and back: the broker writes it, our own clients read it. Times are RFC 3339 in
/// UTC; a field that nobody knows is left out. Readers answer nothing if a field is missing or of the wrong type, and
/// ignore fields that they do not know. Pure.
namespace breakwater::broker {

/// One account's status, never with its token:
///   {account, method, accountId?, email?, plan?, generation?, expiresAt?, health,
///    failure?: {code, reason?, message, since?}, retryAfter?}
struct named_status {
  std::string account;
  status_fields status;
};
json_document status_to_json(std::string_view account, const status_fields&);
std::optional<named_status> status_from_json(const json_document&);

/// {life, number}; `life` is a string of digits, since many readers of JSON round large numbers.
json_document generation_to_json(const generation&);
std::optional<generation> generation_from_json(const json_document&);

/// {token, generation, expiresAt?, accountId?}
json_document bearer_to_json(const bearer_fields&);
std::optional<bearer_fields> bearer_from_json(const json_document&);

/// {outcome: "changed" | "unchanged" | "logged_out"}
json_document reload_to_json(reload_outcome);
std::optional<reload_outcome> reload_from_json(const json_document&);

/// {wasLoggedIn, revoking}
json_document logout_to_json(const logout_outcome&);
std::optional<logout_outcome> logout_from_json(const json_document&);

/// {store, entries: [{at, what, detail}]}, oldest first.
struct named_history {
  std::string store;
  breakwater::history history;
};
json_document history_to_json(const named_history&);
std::optional<named_history> history_from_json(const json_document&);

/// {version, pid, uid, since, accounts: [name]}
struct broker_info {
  std::string version;
  int64_t pid = 0;
  int64_t uid = 0;
  wall_time since = unknown_time;
  std::vector<std::string> accounts;
};
json_document info_to_json(const broker_info&);
std::optional<broker_info> info_from_json(const json_document&);

/// A failure with the time after which asking again can help. On the wire an error of JSON-RPC: the code is -32040 less
/// the number of the `ec`, and `data` is {ec: "refresh_refused", reason?, retryAfter?}.
struct named_failure {
  failure why;
  refusal reason = refusal::none;
  wall_time retry_after = unknown_time;
};
rpc_error failure_to_error(const named_failure&);
/// Reads the `error` member of an answer. An error without our `data` keeps its text and becomes `invalid_request` if
/// its code says so, else `unavailable`.
named_failure failure_from_json(const json_document& error);

/// The words of `to_string`; nothing for any other.
std::optional<auth_method> method_named(std::string_view);
std::optional<auth_health> health_named(std::string_view);
std::optional<refusal> refusal_named(std::string_view);

/// The parameters of breakwater/login: {apiKey} or {tokens: {idToken?, accessToken, refreshToken?, accountId?,
/// expiresAt?}}. A failure says which field is wrong and quotes no value.
json_document login_to_json(const credential&);
struct parsed_login {
  failure error;
  credential found;
};
parsed_login login_from_json(const json_document& params);

} // namespace breakwater::broker
