#pragma once
#include "breakwater/storage/document_store.hpp"
#include "breakwater/storage/keyring_settings.hpp"

namespace breakwater {

/// Keeps a credential in the desktop's keyring, in the item that app-server clients use. Ledger, intent, lease and
/// write lock lie in files of the directory, where they would lie for its auth.json.
///
/// A keyring that is locked, hangs or is not there is `store_unreadable` or `store_unwritable`, never "nothing stored".
/// An auth.json in the directory is left alone: `automatic` of open_store.hpp is the mode that moves it.
class keyring_store : public document_store {
public:
  /// `directory`: what app-server clients call their home. Touches nothing.
  explicit keyring_store(const std::string& directory, keyring_settings = {}, document_store_settings = {});

  std::string where() const override;
};

/// The settings with their key filled in for the directory.
keyring_settings keyring_settings_of(keyring_settings, const std::string& directory);

} // namespace breakwater
