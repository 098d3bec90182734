#pragma once
#include "breakwater/storage/credential_document.hpp"
#include "breakwater/storage/guarded_bytes.hpp"
#include "breakwater/storage/sealed_codec.hpp"
#include "breakwater/storage/sealed_settings.hpp"

#include <optional>

namespace breakwater {

/// An encrypted auth.json. A file that cannot be opened is never replaced: a wrong passphrase must not cost a good
/// credential. The key of the last salt seen is kept, so that a passphrase is tried once per salt and not per use.
class sealed_document : public credential_document {
public:
  sealed_document(guarded_bytes passphrase, sealed_settings);

  std::string where(const file_place& place) const override { return place.path(); }
  void prepare(const file_place&) override;
  document_content read(const file_place&) override;
  document_version look(const file_place&) override;
  failure replace(const file_place&, std::string_view text, const document_version* replaces) override;
  failure erase(const file_place&, const document_content&) override;
  /// Encrypted, too.
  aside_result put_aside(const file_place&, std::string_view text) override;
  failure erase_aside(const file_place&) override;
  watch_result watch(const std::string& path, std::function<void()> changed) override;

private:
  /// Makes the key of this recipe the current one.
  failure use(const key_recipe&, std::string_view where);
  /// A key that is good enough for what is written now.
  failure use_strong_enough(std::string_view where);

  guarded_bytes passphrase_;
  sealed_settings settings_;
  std::optional<key_recipe> recipe_;
  guarded_bytes key_;
};

} // namespace breakwater
