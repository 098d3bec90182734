#include "breakwater/core/refresh_policy.hpp"

#include <algorithm>

namespace breakwater {

namespace {

/// A share of `whole`, evenly spread over (0, whole].
span jittered(span whole, uint64_t random) {
  auto parts = static_cast<int64_t>(random % 1024) + 1;
  return whole * parts / 1024;
}

span doubled(span from, uint32_t times, span most) {
  while (times-- > 0 && from < most)
    from *= 2;
  return std::min(from, most);
}

} // namespace

instant to_instant(wall_time at, const moment& now) { return now.at + (at - now.wall); }

wall_time to_wall(instant at, const moment& now) { return now.wall + (at - now.at); }

span next_backoff(uint32_t failures, uint64_t random, const auth_settings& settings) {
  auto cap = doubled(settings.backoff_min, std::max(failures, 1u) - 1, settings.backoff_max);
  return std::max<span>(jittered(cap, random), settings.backoff_min / 10);
}

span pause_after(std::chrono::seconds retry_after, uint32_t failures, uint64_t random, const auth_settings& settings) {
  auto backoff = next_backoff(failures, random, settings);
  if (retry_after.count() < 0)
    return backoff;
  return std::max<span>(std::min(retry_after, settings.retry_after_max), settings.backoff_min / 10);
}

instant sent_at(const ledger_entry& entry, std::optional<instant> before, const moment& now) {
  auto dated = to_instant(entry.last_sent, now);
  return before ? std::min(dated, *before) : dated;
}

instant next_try_at(const ledger_entry& entry, instant sent) { return sent + (entry.next_try - entry.last_sent); }

span next_lease_pause(uint32_t tries, uint64_t random, const auth_settings& settings) {
  auto cap = doubled(settings.lease_retry_min, tries, settings.lease_retry_max);
  return cap / 2 + jittered(cap / 2, random);
}

instant early_instant(instant ends, std::optional<span> life, uint64_t random, const auth_settings& settings) {
  span window = settings.early_window;
  if (life)
    window = std::min(window, *life / 10);
  return ends - window - jittered(window / 10, random);
}

doubt_ruling rule_on_doubt(const ledger_entry& entry, const doubt_question& asked, const moment& now,
                           const auth_settings& settings) {
  auto sent = sent_at(entry, asked.sent_before, now);
  auto settled = sent + settings.settle;
  if (settings.replay_grace.count() > 0 && !entry.grace_used &&
      settled <= to_instant(entry.first_sent, now) + settings.replay_grace &&
      now.at <= to_instant(entry.first_sent, now) + settings.replay_grace)
    return {settled, true};
  if (!asked.rejected && !asked.ends)
    return {};
  auto lost = asked.rejected ? settled : std::max(settled, *asked.ends);
  if (entry.next_try != unknown_time)
    lost = std::max(lost, next_try_at(entry, sent));
  return {lost, false};
}

} // namespace breakwater
