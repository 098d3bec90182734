#pragma once
#include "breakwater/storage/credential_document.hpp"
#include "breakwater/storage/keyring_settings.hpp"

namespace breakwater {

/// An auth.json kept as one item of the keyring. Every change made here also touches the place's change mark, since a
/// keyring service need not tell others of a new text (gnome-keyring does not).
class keyring_document : public credential_document {
public:
  explicit keyring_document(keyring_settings);

  std::string where(const file_place&) const override;
  document_home home() const override { return document_home::keyring; }
  bool is_in_directory() const override { return false; }
  document_content read(const file_place&) override;
  document_version look(const file_place&) override;
  /// The service has no compare-and-write, so a foreign program that writes in the milliseconds between the last look
  /// and ours is overwritten; ours all take the write lock.
  failure replace(const file_place&, std::string_view text, const document_version* replaces) override;
  failure erase(const file_place&, const document_content&) override;
  /// In an item of its own, whose key ends in `.unreadable`.
  aside_result put_aside(const file_place&, std::string_view text) override;
  failure erase_aside(const file_place&) override;
  /// Sees our own changes at once, those that the service tells of (made, removed, service started or ended) at once,
  /// and any other within `foreign_look_pause`.
  watch_result watch(const std::string& path, std::function<void()> changed) override;

private:
  keyring_settings settings_;
};

} // namespace breakwater
