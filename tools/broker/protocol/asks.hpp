#pragma once
#include "breakwater/messages/auth_messages.hpp"
#include "breakwater/tools/broker/rpc/message.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <variant>

/// What clients can ask for, after parsing.
namespace breakwater::broker {

// -- the app-server's auth methods ----------------------------------------------------------------------------------

/// getAuthStatus
struct ask_auth_status {
  bool include_token = false;
  bool refresh = false;
};
/// account/read
struct ask_account {
  bool refresh = false;
};
/// account/login/start with an API key or with external tokens
struct ask_login {
  credential given;
};
/// account/logout
struct ask_logout {};

// -- those of our own clients ---------------------------------------------------------------------------------------

/// breakwater/status
struct ask_own_status {
  bool refresh = false;
  std::chrono::milliseconds wait_max = wait_max_default;
};
/// breakwater/token
struct ask_token {
  get_token what;
};
/// breakwater/refresh
struct ask_refresh {
  refresh what;
};
/// breakwater/reload
struct ask_reload {};
/// breakwater/login
struct ask_own_login {
  credential given;
};
/// breakwater/logout
struct ask_own_logout {
  bool revoke = true;
};
/// breakwater/explain
struct ask_explain {};
/// breakwater/watch
struct ask_watch {};

using ask = std::variant<ask_auth_status, ask_account, ask_login, ask_logout, ask_own_status, ask_token, ask_refresh,
                         ask_reload, ask_own_login, ask_own_logout, ask_explain, ask_watch>;

/// A request that needs the auth actor, or what is known of it.
struct question {
  /// The id as JSON text.
  std::string id;
  /// Which account is meant: its place among the broker's.
  size_t account = 0;
  ask what;
};

} // namespace breakwater::broker
