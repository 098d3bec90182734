#pragma once
#include "breakwater/messages/secret.hpp"
#include "breakwater/messages/time.hpp"

#include <string>

namespace breakwater {

/// How the credential came to be, and who refreshes it.
enum class auth_method : uint8_t {
  none = 0,     ///< logged out
  api_key = 1,  ///< a key that is never refreshed
  oauth = 2,    ///< managed: we refresh it
  external = 3, ///< another program refreshes it and hands it to us
};

std::string to_string(auth_method);

template <object_inspector Inspector>
auto inspect(Inspector& f, auth_method& x) {
  return inspect_enum(f, x);
}

struct account_info {
  std::string id;
  std::string email;
  std::string plan;

  friend bool operator==(const account_info&, const account_info&) = default;
};

template <class Inspector>
auto inspect(Inspector& f, account_info& x) {
  return inspect_object(f, x, "account_info", field("id", x.id), field("email", x.email), field("plan", x.plan));
}

/// What the authority issued or the user gave.
struct credential {
  auth_method method = auth_method::none;
  secret api_key;
  secret access_token;
  secret refresh_token;
  secret id_token;
  account_info account;
  /// Stands in for the account's id when the authority names none: random, made at login, kept through refreshes.
  std::string login_id;
  /// When the access token ends; unknown_time if nobody said.
  wall_time expires_at = unknown_time;
  /// When the authority last issued these tokens; unknown_time if nobody said.
  wall_time refreshed_at = unknown_time;
};

template <class Inspector>
auto inspect(Inspector& f, credential& x) {
  return inspect_object(f, x, "credential", field("method", x.method), field("api_key", x.api_key),
                        field("access_token", x.access_token), field("refresh_token", x.refresh_token),
                        field("id_token", x.id_token), field("account", x.account), field("login_id", x.login_id),
                        field("expires_at", x.expires_at), field("refreshed_at", x.refreshed_at));
}

/// True if method, API key, any token or the account differs; a date alone does not count.
bool materially_changed(const credential& before, const credential& after);

/// True if both belong to one account: by their ids if both are known; else by the login they come from, or because
/// they carry the same refresh token. One of them may have learned its account's id in a refresh that the other did not
/// see.
bool same_account(const credential& a, const credential& b);

} // namespace breakwater
