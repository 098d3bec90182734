#pragma once
#include "breakwater/messages/secret.hpp"
#include "breakwater/storage/document_store.hpp"
#include "breakwater/storage/sealed_settings.hpp"

namespace breakwater {

/// Keeps a credential in an encrypted file, for hosts without a keyring: Argon2id and XChaCha20-Poly1305
/// (docs/encrypted_file.md). Ledger and intent lie beside it as beside an auth.json: they hold hashes, no token.
///
/// A wrong passphrase, or a file that is cut, altered or of a later version, is `store_unreadable`, also for a login:
/// nothing is overwritten, moved or removed. The passphrase is kept in locked memory for the life of the store.
class sealed_store : public document_store {
public:
  /// `path` of the encrypted file. Touches no file.
  sealed_store(std::string path, const secret& passphrase, sealed_settings = {}, document_store_settings = {});
};

} // namespace breakwater
