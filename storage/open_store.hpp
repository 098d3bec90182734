#pragma once
#include "breakwater/storage/credential_store.hpp"
#include "breakwater/storage/file_store.hpp"
#include "breakwater/storage/keyring_settings.hpp"
#include "breakwater/storage/passphrase.hpp"
#include "breakwater/storage/sealed_settings.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

/// Opens the store that a user chose.
namespace breakwater {

enum class store_mode : uint8_t {
  file = 0,      ///< `auth.json`, as app-server clients have it
  keyring = 1,   ///< an item of the desktop's keyring (Secret Service)
  encrypted = 2, ///< `auth.json.sealed`, under a passphrase
  automatic = 3, ///< the keyring if one answers, else the file
  memory = 4,    ///< nowhere: gone with the store
};

/// `file`, `keyring`, `encrypted`, `auto`, `memory`.
std::string to_string(store_mode);
/// Reads what `to_string` wrote; nothing for any other text.
std::optional<store_mode> parse_store_mode(std::string_view);

struct store_choice {
  store_mode mode = store_mode::file;
  /// The auth.json; a relative path is taken from the working directory of now. With `keyring` and `automatic` its
  /// directory gives the key, and side file, lease and write lock lie where they would for the file. `encrypted` adds
  /// `.sealed`. Not used by `memory`.
  std::string path;
  /// For `encrypted` only.
  passphrase_source passphrase;
  file_store_settings file;
  keyring_settings keyring;
  sealed_settings sealed;
};

struct open_store_result {
  /// With ec::none a message beside it is a remark for the history: what `automatic` moved, and which of two it kept.
  failure error;
  /// Null after a failure.
  std::unique_ptr<credential_store> store;
};

/// Opens a store. Reads the passphrase (`encrypted`), asks the keyring whether it answers (`automatic`; bounded by
/// `answer_wait_max`); else touches nothing. Fails with `store_unreadable` if the passphrase cannot be had. A store
/// that cannot be read now, such as a locked keyring, is opened all the same: its operations fail until it can be.
///
/// `automatic` keeps one copy. Where the keyring answers, a credential in the auth.json is moved there: written, read
/// back, noted in the side file, and only then removed from the file; a crash in between is completed by the next
/// store. From then on the side file says that the credential lives in the keyring, for every process: a keyring that
/// is locked or gone is a failure, never an empty file. An auth.json that another program writes meanwhile is moved in
/// the same way by the next operation. If both hold different credentials, one that the ledger condemns loses, then the
/// one refreshed earlier, then the one written earlier.
open_store_result open_store(store_choice);

} // namespace breakwater
