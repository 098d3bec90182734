#include "breakwater/messages/credential.hpp"

namespace breakwater {

std::string to_string(auth_method method) {
  switch (method) {
  case auth_method::none:
    return "none";
  case auth_method::api_key:
    return "api_key";
  case auth_method::oauth:
    return "oauth";
  case auth_method::external:
    return "external";
  }
  return "unknown";
}

bool materially_changed(const credential& before, const credential& after) {
  return before.method != after.method || before.api_key != after.api_key ||
         before.access_token != after.access_token || before.refresh_token != after.refresh_token ||
         before.id_token != after.id_token || before.account.id != after.account.id;
}

bool same_account(const credential& a, const credential& b) {
  if (a.method != b.method)
    return false;
  if (!a.account.id.empty() && !b.account.id.empty())
    return a.account.id == b.account.id;
  if (!a.login_id.empty() && a.login_id == b.login_id)
    return true;
  return !a.refresh_token.empty() && a.refresh_token == b.refresh_token;
}

} // namespace breakwater
