#pragma once
#include "breakwater/messages/credential.hpp"
#include "breakwater/messages/token_hash.hpp"
#include "breakwater/tools/authority/server.hpp"

#include <algorithm>
#include <chrono>

namespace breakwater::storm {

/// What a program stores of a login.
inline credential credential_of(const fake::grant& grant) {
  credential made;
  made.method = auth_method::oauth;
  made.access_token = grant.access_token;
  made.refresh_token = grant.refresh_token;
  made.id_token = grant.id_token;
  made.account.id = grant.account;
  made.expires_at = std::chrono::system_clock::now() + grant.expires_in;
  return made;
}

/// A refresh token of this family that would be honoured now.
inline bool is_newest(const fake::server& authority, const secret& refresh_token, uint64_t family,
                      const std::vector<fake::token_count>& issued) {
  auto hash = to_string(hash_of(refresh_token));
  auto belongs = std::any_of(issued.begin(), issued.end(),
                             [&](const fake::token_count& each) { return each.hash == hash && each.family == family; });
  return belongs && authority.is_current(refresh_token);
}

} // namespace breakwater::storm
