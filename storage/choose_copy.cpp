#include "breakwater/storage/choose_copy.hpp"

#include <algorithm>

namespace breakwater {

namespace {

bool is_condemned(const credential& held, const ledger& entries) {
  auto token = hash_of(held.refresh_token);
  return !token.empty() && std::any_of(entries.begin(), entries.end(), [&](auto& entry) {
    return entry.refresh_token == token && (entry.fate == token_fate::spent || entry.fate == token_fate::refused);
  });
}

} // namespace

copy_choice choose_copy(const found_copy& in_file, const found_copy& in_keyring, const ledger& entries) {
  auto &file = in_file.credential, &keyring = in_keyring.credential;
  if (file.method == auth_method::none)
    return {false, {}};
  if (keyring.method == auth_method::none)
    return {true, {}};
  if (!materially_changed(file, keyring))
    return {keyring.refreshed_at < file.refreshed_at, {}};
  auto file_is_dead = is_condemned(file, entries), keyring_is_dead = is_condemned(keyring, entries);
  if (file_is_dead != keyring_is_dead)
    return {keyring_is_dead, "the other one's refresh token is spent or refused"};
  if (file.refreshed_at != unknown_time && keyring.refreshed_at != unknown_time &&
      file.refreshed_at != keyring.refreshed_at)
    return {keyring.refreshed_at < file.refreshed_at, "it was refreshed later"};
  return {in_keyring.written <= in_file.written, "it was written later"};
}

} // namespace breakwater
