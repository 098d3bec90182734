#include "breakwater/core/merge.hpp"

#include "breakwater/core/jwt_claims.hpp"
#include "breakwater/messages/token_hash.hpp"

#include <algorithm>

namespace breakwater {

namespace {

/// No access token is believed to live longer, whatever an answer says: later dates do not fit our clocks.
constexpr std::chrono::years life_max{10};

/// An end that our own clock can be compared with.
wall_time by_our_clock(wall_time theirs, span skew) { return theirs == unknown_time ? theirs : theirs - skew; }

bool differ(const std::string& a, const std::string& b) { return !a.empty() && !b.empty() && a != b; }

bool is_of_other_account(const credential& before, const token_answer& answer) {
  auto old_id = parse_jwt_claims(before.id_token), old_access = parse_jwt_claims(before.access_token);
  auto new_id = parse_jwt_claims(answer.id_token), new_access = parse_jwt_claims(answer.access_token);
  return differ(before.account.id, new_id.account_id) || differ(before.account.id, new_access.account_id) ||
         differ(old_id.subject, new_id.subject) || differ(old_access.subject, new_access.subject);
}

} // namespace

credential enrich(credential from, span skew) {
  if (from.method != auth_method::oauth && from.method != auth_method::external)
    return from;
  auto id = parse_jwt_claims(from.id_token);
  auto access = parse_jwt_claims(from.access_token);
  if (from.expires_at == unknown_time)
    from.expires_at = by_our_clock(access.expires_at, skew);
  if (from.refreshed_at == unknown_time)
    from.refreshed_at = by_our_clock(access.issued_at, skew);
  for (auto* claims : {&id, &access}) {
    if (from.account.email.empty())
      from.account.email = claims->email;
    if (from.account.plan.empty())
      from.account.plan = claims->plan;
    if (from.account.id.empty())
      from.account.id = claims->account_id;
  }
  if (from.account.id.empty() && from.login_id.empty())
    from.login_id = "stored-" + to_hex(hash_of(from.refresh_token)).substr(0, 32);
  return from;
}

std::optional<span> life_of(const credential& of) {
  if (of.expires_at == unknown_time || of.refreshed_at == unknown_time || of.expires_at <= of.refreshed_at)
    return std::nullopt;
  return of.expires_at - of.refreshed_at;
}

std::optional<credential> merge(const credential& before, const token_answer& answer, const moment& now, span skew) {
  if (is_of_other_account(before, answer))
    return std::nullopt;
  auto after = before;
  after.refreshed_at = now.wall;
  if (!answer.access_token.empty()) {
    after.access_token = answer.access_token;
    after.expires_at = unknown_time;
  }
  if (!answer.refresh_token.empty())
    after.refresh_token = answer.refresh_token;
  if (!answer.id_token.empty()) {
    after.id_token = answer.id_token;
    after.account.email.clear();
    after.account.plan.clear();
  }
  if (answer.expires_in.count() >= 0)
    after.expires_at = now.wall + std::min<std::chrono::milliseconds>(answer.expires_in, life_max);
  return enrich(std::move(after), skew);
}

} // namespace breakwater
