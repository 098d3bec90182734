#pragma once
#include "breakwater/storage/credential_document.hpp"
#include "breakwater/storage/keyring_document.hpp"
#include "breakwater/storage/place_content.hpp"
#include "breakwater/storage/plain_document.hpp"

namespace breakwater {

/// What a keyring said when it was asked.
enum class keyring_answer : uint8_t {
  absent, ///< there is none
  silent, ///< there is one, and it is locked or hangs
  given,  ///< it answered
};

/// The keyring if one answers, else the auth.json; never both. Its home is what the side file says, for every process;
/// a keyring that answered makes itself the home, with the write lock held (`settle`). One that is silent is asked
/// again before an auth.json that is missing may mean that nothing is stored.
class auto_document : public credential_document {
public:
  auto_document(keyring_settings, keyring_answer);

  std::string where(const file_place&) const override;
  document_home home() const override { return home_; }
  bool is_in_directory() const override { return home_ == document_home::file; }
  /// Moves a credential of the auth.json into the keyring. In this order, so that a crash at any point leaves at least
  /// one whole copy and the next call completes it: keyring written and read back, side file says keyring, file
  /// removed. A file that cannot be understood stays, until a login puts it aside or a logout removes it.
  failure settle(const file_place&) override;
  document_content read(const file_place&) override;
  document_version look(const file_place&) override;
  failure replace(const file_place&, std::string_view text, const document_version* replaces) override;
  failure erase(const file_place&, const document_content&) override;
  aside_result put_aside(const file_place&, std::string_view text) override;
  /// In both homes: what was put aside before a move stays where it was.
  failure erase_aside(const file_place&) override;
  watch_result watch(const std::string& path, std::function<void()> changed) override;

private:
  credential_document& current();
  /// Reads what the side file says; the keyring stays the home once it was.
  failure find_home(const file_place&, place_content& side);
  struct move_result {
    failure error;
    /// The file holds nothing that the keyring does not.
    bool done = false;
    std::string remark;
  };
  move_result move_file(const file_place&, const side_file&, const document_content& file);
  document_content read_keyring(const file_place&, const side_file&);

  plain_document file_;
  keyring_document keyring_;
  keyring_answer answer_;
  document_home home_;
};

} // namespace breakwater
