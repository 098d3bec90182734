#pragma once
#include "breakwater/messages/auth_messages.hpp"
#include "breakwater/messages/credential.hpp"

#include <string>
#include <tuple>

/// One value of every message that crosses the wire, no field at its default.
namespace breakwater::test {

/// Stands for every secret that a message can hold. Long enough to leave the small-string buffer.
inline constexpr const char* marker = "MARKER-5f1d0c7e-a-token-that-nobody-may-ever-see";

inline wall_time at(int64_t seconds) { return wall_time{std::chrono::seconds{seconds} + std::chrono::nanoseconds{7}}; }

inline credential sample_credential() {
  credential c;
  c.method = auth_method::external;
  c.api_key = secret{std::string{marker} + "-key"};
  c.access_token = secret{std::string{marker} + "-access"};
  c.refresh_token = secret{std::string{marker} + "-refresh"};
  c.id_token = secret{std::string{marker} + "-id"};
  c.account = {"account-1", "someone@example.org", "plus"};
  c.login_id = "login-1";
  c.expires_at = at(1'900'000'000);
  c.refreshed_at = at(1'800'000'000);
  return c;
}

inline status_failure sample_failure() {
  return {ec::refresh_refused, refusal::reused, "it was used twice", at(1'700'000'000)};
}

inline auth_status sample_status() {
  status_fields s;
  s.method = auth_method::oauth;
  s.account = {"account-1", "someone@example.org", "plus"};
  s.generation = {11, 12};
  s.expires_at = at(1'900'000'000);
  s.token = secret{marker};
  s.health = auth_health::poisoned;
  s.failure = sample_failure();
  s.retry_after = at(1'850'000'000);
  return auth_status{s};
}

inline bearer sample_bearer() {
  bearer_fields b;
  b.token = secret{marker};
  b.generation = {13, 14};
  b.expires_at = at(1'900'000'001);
  b.account = {"account-2", "other@example.org", "pro"};
  return bearer{b};
}

/// Every type that has an `inspect`.
inline auto every_inspectable() {
  using std::chrono::milliseconds;
  return std::tuple{secret{marker},
                    ec::store_conflict,
                    refusal::other_account,
                    auth_health::unsaved,
                    auth_method::external,
                    reload_outcome::logged_out,
                    generation{21, 22},
                    account_info{"account-3", "third@example.org", "free"},
                    sample_credential(),
                    sample_failure(),
                    *sample_status(),
                    *sample_bearer(),
                    sample_status(),
                    sample_bearer(),
                    get_status{true, true, milliseconds{1}},
                    get_token{milliseconds{2}, {23, 24}, milliseconds{3}},
                    refresh{{25, 26}, milliseconds{4}},
                    reload{},
                    login{sample_credential()},
                    logout{false},
                    logout_outcome{true, true},
                    explain{},
                    history_entry{at(5), "flight_started", "the token was about to end"},
                    history{{{at(6), "a", "b"}, {at(7), "c", "d"}}},
                    shutdown{milliseconds{8}},
                    shutdown_outcome{true},
                    auth_changed{sample_status()}};
}

} // namespace breakwater::test
