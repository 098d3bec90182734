#pragma once
#include "breakwater/messages/credential.hpp"
#include "breakwater/messages/exchange_messages.hpp"

#include <chrono>
#include <string_view>

/// Answers and credentials, as short as a test needs them.
namespace breakwater::testing {

/// 200 with both tokens.
token_answer issued(std::string_view access_token, std::string_view refresh_token,
                    std::chrono::milliseconds expires_in = std::chrono::hours{1});
/// 400 with this `error`, such as invalid_grant; OpenAI's codes come with 401. Without one: 400, empty.
token_answer refused(std::string_view error_code);
/// 503, with Retry-After unless negative.
token_answer unavailable(std::chrono::seconds retry_after);
/// Sent, and no answer came back.
token_answer lost();
/// Not a byte left.
token_answer unsent();

/// A managed credential; its access token ends at `expires_at`.
credential oauth_credential(std::string_view access_token, std::string_view refresh_token,
                            wall_time expires_at = unknown_time, std::string_view account = "account-1");

} // namespace breakwater::testing
