#include "breakwater/tests/exploration/world.hpp"

#include <algorithm>

namespace breakwater::exploration {

namespace {

constexpr model_time wall_offset = 1'000'000'000'000;

/// The rows of the default table that the modelled answers meet, in their order: copying a machine copies its table.
verdict_table used_rows() {
  auto rows = default_verdicts();
  std::erase_if(rows, [](const verdict_rule& row) {
    auto names = [&](const char* code) {
      return std::find(row.codes.begin(), row.codes.end(), code) != row.codes.end();
    };
    if (!row.codes.empty())
      return !names("invalid_grant") && !names("invalid_client") && !names("temporarily_unavailable");
    auto kept = row.how != delivery::answered || (row.status_min == 200 && !row.body) || row.status_min == 400;
    return !kept || row.body.has_value();
  });
  return rows;
}

auth_settings make_settings(model_time grace) {
  using namespace std::chrono_literals;
  auth_settings s;
  s.verdicts = used_rows();
  s.backoff_min = 4000ms;
  s.backoff_max = 8000ms;
  s.misconfigured_pause = 40s;
  s.lease_wait_max = 30s;
  s.lease_retry_min = s.lease_retry_max = 15s;
  s.settle = std::chrono::milliseconds{settle_time};
  s.replay_grace = std::chrono::seconds{grace / 1000};
  s.doubt_tries_max = 2;
  s.probe_pause = 200s;
  s.history_max = 0;
  return s;
}

} // namespace

instant to_instant(model_time t) { return instant{std::chrono::milliseconds{t}}; }
wall_time to_wall(model_time t) { return wall_time{std::chrono::milliseconds{wall_offset + t}}; }
model_time to_model(instant t) { return std::chrono::ceil<std::chrono::milliseconds>(t.time_since_epoch()).count(); }
model_time to_model(wall_time t) {
  return std::chrono::ceil<std::chrono::milliseconds>(t.time_since_epoch()).count() - wall_offset;
}

const auth_settings& settings_of(const rules& rule) {
  static const auto strict = make_settings(0);
  static const auto graceful = make_settings(90'000);
  return rule.grace > 0 ? graceful : strict;
}

bool can_issue(const authority_model& a) {
  return a.refresh_count < token_count_max && a.access_count < token_count_max &&
         a.family_count < a.family_alive.size();
}

token_pair issue(authority_model& a, char account, token_id parent, model_time now, bool rotates) {
  token_pair made{parent, a.access_count++};
  if (parent == no_token || rotates) {
    made.refresh = a.refresh_count++;
    auto& facts = a.refresh[made.refresh];
    facts.account = account;
    facts.parent = parent;
    if (parent == no_token || a.refresh[parent].account != account) {
      facts.family = a.family_count;
      a.family_alive[a.family_count++] = true;
    } else {
      facts.family = a.refresh[parent].family;
    }
  }
  a.access[made.access] = {made.refresh, account, false, false, false, now + token_life};
  return made;
}

credential credential_of(const authority_model& a, token_pair tokens, char account, model_time now) {
  credential made;
  made.method = auth_method::oauth;
  made.access_token = access_secret(tokens.access, a.access[tokens.access].jwt);
  made.refresh_token = refresh_secret(tokens.refresh);
  made.account.id = std::string(1, account);
  made.expires_at = to_wall(a.access[tokens.access].ends);
  made.refreshed_at = to_wall(now);
  return made;
}

} // namespace breakwater::exploration
