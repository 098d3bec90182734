#pragma once
#include "breakwater/messages/store_messages.hpp"
#include "breakwater/storage/wiped_string.hpp"

#include <optional>
#include <string_view>
#include <vector>

/// The file beside auth.json: ledger, intent, and what auth.json has no field for. It holds hashes, no token.
namespace breakwater {

/// The format written here. A file of a higher version is not read, let alone overwritten.
inline constexpr uint64_t side_file_version = 1;

/// Where the credential of a place lives.
enum class document_home : uint8_t { file = 0, keyring = 1 };

std::string to_string(document_home);

/// What is known of a login; true as long as its token is in auth.json: the refresh token, or what a credential
/// without one has instead (access token, API key).
struct login_fact {
  token_hash token;
  std::string login_id;
  friend bool operator==(const login_fact&, const login_fact&) = default;
};

/// What is known of an access token (or API key); true as long as it is in auth.json. Without it an opaque token would
/// lose its expiry at a restart.
struct access_fact {
  token_hash token;
  wall_time expires_at = unknown_time;
  std::string email;
  std::string plan;
  friend bool operator==(const access_fact&, const access_fact&) = default;
};

struct side_file {
  breakwater::ledger ledger;
  std::optional<breakwater::intent> intent;
  std::vector<login_fact> logins;
  std::vector<access_fact> accesses;
  /// `keyring`: an auth.json that is missing does not mean that nothing is stored.
  document_home home = document_home::file;
  friend bool operator==(const side_file&, const side_file&) = default;
};

struct side_file_result {
  failure error;
  side_file found;
};

/// Reads the text of a side file; `where` names it in messages. Fails with `store_unreadable`, naming the field and
/// what was expected: never silently empty, since the ledger keeps us from replaying. Only the newest
/// `ledger_size_max` ledger entries are kept.
side_file_result parse_side_file(std::string_view text, std::string_view where);

/// The text of a side file, with the newest `ledger_size_max` ledger entries. Text that is not UTF-8 is replaced.
wiped_string render_side_file(const side_file&);

/// Notes what auth.json cannot say of `next`, and forgets all but it and `current`: both stay until auth.json is
/// written, whatever happens in between.
void note_facts(side_file&, const credential& current, const credential& next);

/// Completes a credential that was read from auth.json.
void apply_facts(const side_file&, credential&);

} // namespace breakwater
