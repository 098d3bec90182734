#include "breakwater/storage/keyring_store.hpp"

#include "breakwater/storage/keyring_document.hpp"

namespace breakwater {

keyring_settings keyring_settings_of(keyring_settings settings, const std::string& directory) {
  if (settings.key.empty())
    settings.key = keyring_key(directory);
  return settings;
}

keyring_store::keyring_store(const std::string& directory, keyring_settings keyring, document_store_settings settings)
    : document_store{directory + "/auth.json",
                     std::make_unique<keyring_document>(keyring_settings_of(std::move(keyring), directory)), settings} {
}

std::string keyring_store::where() const { return "the keyring, for " + path(); }

} // namespace breakwater
