#pragma once
#include "breakwater/messages/auth_messages.hpp"
#include "breakwater/storage/wiped_string.hpp"

#include <string_view>

/// The results and notifications of the app-server's auth methods, as its clients expect them: JSON text. Pure.
namespace breakwater::broker {

/// getAuthStatus: {authMethod, authToken, requiresOpenaiAuth}. After a permanent failure the method stays and the token
/// is null.
wiped_string render_auth_status(const status_fields&, bool include_token);

/// account/read: {account, requiresOpenaiAuth}; `account` is null if nobody is logged in, or for good only a new login
/// helps.
wiped_string render_account(const status_fields&);

/// account/login/start.
std::string_view render_login(auth_method);

/// The parameters of account/login/completed: a login without a flow of its own has no id.
inline constexpr std::string_view login_completed = R"({"loginId":null,"success":true,"error":null})";

/// The parameters of account/updated: {authMode, planType}.
wiped_string render_account_updated(const status_fields&);

/// The parameters of account/chatgptAuthTokens/refresh: {reason, previousAccountId}.
wiped_string render_token_request(const account_info& previous);

} // namespace breakwater::broker
