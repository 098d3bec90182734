#include "breakwater/tools/authority/authority_model.hpp"

#include "breakwater/messages/token_hash.hpp"

#include <algorithm>
#include <utility>

namespace breakwater::fake {

authority_model::authority_model(authority_settings settings)
    : settings_{std::move(settings)}, mint_{settings_.format, settings_.seed} {}

token_set authority_model::issue(std::string account, wall_time now,
                                 std::optional<std::chrono::milliseconds> lifetime) {
  auto& made = families_.emplace_back();
  made.id = families_.size();
  made.account = std::move(account);
  auto tokens = mint(made.id, mint_.refresh_token(), {std::nullopt, {}, lifetime}, now);
  add_refresh_token(tokens, now);
  return tokens;
}

token_set authority_model::mint(uint64_t id, std::string refresh_token, const redeem_options& options, wall_time now) {
  auto ttl = options.lifetime.value_or(settings_.access_token_ttl);
  token_set made;
  made.account = options.account.empty() ? family(id).account : options.account;
  made.family = id;
  made.refresh_token = std::move(refresh_token);
  made.expires_in = std::max(ttl, std::chrono::milliseconds{0});
  auto claims = token_claims{made.account, now, now + ttl};
  made.access_token = mint_.access_token(claims);
  made.id_token = mint_.id_token(claims);
  access_tokens_.emplace(made.access_token, access_record{id, claims.expires_at});
  return made;
}

void authority_model::add_refresh_token(const token_set& tokens, wall_time now) {
  auto& record = refresh_tokens_[tokens.refresh_token];
  record.count.hash = to_string(hash_of(secret{tokens.refresh_token}));
  record.count.family = tokens.family;
  record.issued_at = now;
  record.given = tokens;
}

receipt authority_model::receive(std::string_view refresh_token) {
  if (refresh_token.empty())
    return {};
  auto found = refresh_tokens_.find(refresh_token);
  if (found == refresh_tokens_.end()) {
    ++counts_.unknown_tokens;
    // Kept, so that the count per token and the refusals also cover what was never issued.
    found = refresh_tokens_.emplace(refresh_token, refresh_record{}).first;
    found->second.count.hash = to_string(hash_of(secret{refresh_token}));
  }
  auto& count = found->second.count;
  ++count.received;
  counts_.after_refusal += count.refused;
  counts_.replays += count.spent;
  count.replayed += count.spent;
  if (count.family != 0) {
    ++family(count.family).received;
    family(count.family).replays += count.spent;
  }
  return {count.hash, count.family, count.spent};
}

std::variant<token_set, refusal> authority_model::redeem(std::string_view token, const redeem_options& options,
                                                         wall_time now) {
  auto found = refresh_tokens_.find(token);
  if (found == refresh_tokens_.end() || found->second.count.family == 0)
    return refusal::unknown;
  auto& record = found->second;
  if (!condemned(record.count.family).empty())
    return refusal::revoked;
  if (!is_alive(record.count.family))
    return record.count.spent ? refusal::reused : refusal::revoked;
  if (record.count.spent)
    return redeem_spent(record, now);
  if (has_expired(record, now))
    return refusal::expired;
  ++counts_.issued;
  return rotate(token, record, options, now);
}

std::variant<token_set, refusal> authority_model::redeem_spent(refresh_record& record, wall_time now) {
  if (settings_.on_reuse == reuse::grace && now - record.spent_at <= settings_.grace) {
    ++counts_.issued;
    ++counts_.replays_in_grace;
    auto again = record.given;
    // The same access token, so what is left of its life.
    auto left = access_tokens_.find(again.access_token)->second.expires_at - now;
    again.expires_in = std::max(std::chrono::floor<std::chrono::milliseconds>(left), std::chrono::milliseconds{0});
    return again;
  }
  if (settings_.on_reuse != reuse::reject)
    kill(family(record.count.family));
  return refusal::reused;
}

token_set authority_model::rotate(std::string_view token, refresh_record& record, const redeem_options& options,
                                  wall_time now) {
  auto id = record.count.family;
  switch (options.rotate.value_or(settings_.rotate)) {
  case rotation::same:
    if (!is_valid(record.given.access_token, now) || !options.account.empty() || options.lifetime)
      record.given = mint(id, std::string{token}, options, now);
    return record.given;
  case rotation::keep:
    return record.given = mint(id, std::string{token}, options, now);
  case rotation::omit: {
    auto made = mint(id, std::string{token}, options, now);
    record.given = made;
    made.refresh_token.clear();
    return made;
  }
  case rotation::rotate:
    break;
  }
  auto made = mint(id, mint_.refresh_token(), options, now);
  record.count.spent = true;
  record.spent_at = now;
  record.given = made;
  ++family(id).rotations;
  add_refresh_token(made, now);
  return made;
}

void authority_model::note_refused(std::string_view refresh_token) {
  ++counts_.refused;
  if (auto found = refresh_tokens_.find(refresh_token); found != refresh_tokens_.end())
    found->second.count.refused = true;
}

bool authority_model::revoke(std::string_view token) { return revoke_family(family_of(token)); }

bool authority_model::revoke_family(uint64_t id) {
  if (id == 0 || id > families_.size())
    return false;
  kill(family(id));
  return true;
}

bool authority_model::condemn(uint64_t id, std::string with_answer) {
  if (id == 0 || id > families_.size())
    return false;
  family(id).condemned = std::move(with_answer);
  return true;
}

std::string authority_model::condemned(uint64_t id) const {
  return id != 0 && id <= families_.size() ? families_[id - 1].condemned : std::string{};
}

void authority_model::kill(family_state& doomed) {
  counts_.families_revoked += doomed.alive;
  doomed.alive = false;
}

bool authority_model::has_expired(const refresh_record& record, wall_time now) const {
  return settings_.refresh_token_ttl.count() > 0 && now >= record.issued_at + settings_.refresh_token_ttl;
}

bool authority_model::is_valid(std::string_view access_token, wall_time now) const {
  auto found = access_tokens_.find(access_token);
  return found != access_tokens_.end() && is_alive(found->second.family) && now < found->second.expires_at;
}

bool authority_model::is_alive(uint64_t id) const {
  return id != 0 && id <= families_.size() && families_[id - 1].alive;
}

bool authority_model::is_current(std::string_view refresh_token, wall_time now) const {
  auto found = refresh_tokens_.find(refresh_token);
  if (found == refresh_tokens_.end() || found->second.count.spent || has_expired(found->second, now))
    return false;
  return is_alive(found->second.count.family) && condemned(found->second.count.family).empty();
}

uint64_t authority_model::family_of(std::string_view token) const {
  if (auto found = refresh_tokens_.find(token); found != refresh_tokens_.end())
    return found->second.count.family;
  if (auto found = access_tokens_.find(token); found != access_tokens_.end())
    return found->second.family;
  return 0;
}

std::string authority_model::account_of(uint64_t id) const {
  return id != 0 && id <= families_.size() ? families_[id - 1].account : std::string{};
}

statistics authority_model::snapshot() const {
  auto all = counts_;
  all.tokens.reserve(refresh_tokens_.size());
  for (const auto& [token, record] : refresh_tokens_)
    all.tokens.push_back(record.count);
  all.families.assign(families_.begin(), families_.end());
  return all;
}

} // namespace breakwater::fake
