#pragma once
#include "breakwater/messages/store_messages.hpp"

#include <string>

/// What the tests of a power cut store, and how they compare it.
namespace breakwater::testing {

inline credential managed(const std::string& name) {
  credential made;
  made.method = auth_method::oauth;
  made.access_token = secret{"access-" + name};
  made.refresh_token = secret{"refresh-" + name};
  made.id_token = secret{"id-" + name};
  made.account = {"account-1", name + "@example.org", "plus"};
  made.login_id = "login-1";
  made.expires_at = wall_time{std::chrono::seconds{1'900'000'000} + std::chrono::seconds{name.front()}};
  made.refreshed_at = wall_time{std::chrono::seconds{1'800'000'000}};
  return made;
}

inline token_hash hash(const std::string& name) { return hash_of(managed(name).refresh_token); }

inline intent sample_intent() { return {hash("a"), 42, wall_time{std::chrono::seconds{1'800'000'100}}}; }

inline ledger_entry sent_entry(const std::string& name) {
  ledger_entry made;
  made.refresh_token = hash(name);
  made.first_sent = made.last_sent = wall_time{std::chrono::seconds{1'800'000'100}};
  return made;
}

inline ledger_entry spent_entry(const std::string& name, const std::string& successor) {
  auto made = sent_entry(name);
  made.fate = token_fate::spent;
  made.successor = hash(successor);
  return made;
}

inline ledger_entry refused_entry(const std::string& name) {
  auto made = sent_entry(name);
  made.fate = token_fate::refused;
  made.reason = refusal::reused;
  return made;
}

/// All that a store holds, as one line: what is equal here is equal in every field that matters.
inline std::string describe(const stored& found) {
  const auto& c = found.credential;
  auto seconds = [](wall_time at) { return std::to_string(at.time_since_epoch() / std::chrono::seconds{1}); };
  auto text = to_string(c.method) + " " + std::string{c.access_token.reveal()} + " " +
              std::string{c.refresh_token.reveal()} + " " + std::string{c.id_token.reveal()} + " " + c.account.id +
              " " + c.account.email + " " + c.login_id + " until " + seconds(c.expires_at) + ", ledger";
  for (const auto& entry : found.ledger)
    text += " " + to_string(entry.refresh_token) + "=" + to_string(entry.fate);
  return text + (found.intent ? ", intent " + std::to_string(found.intent->flight) : ", no intent");
}

} // namespace breakwater::testing
