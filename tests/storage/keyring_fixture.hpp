#pragma once
#include "breakwater/storage/keyring_item.hpp"
#include "breakwater/storage/keyring_store.hpp"
#include "breakwater/storage/open_store.hpp"
#include "breakwater/tests/storage/file_fixture.hpp"
#include "breakwater/tests/storage/private_keyring.hpp"

namespace breakwater::testing {

/// A directory and a keyring of the test's own.
class keyring_fixture : public file_fixture {
protected:
  std::string key() const { return keyring_key(directory_.path()); }

  keyring_store open_keyring() const { return keyring_store{directory_.path(), keyring_.settings(), impatient()}; }

  open_store_result open_automatic() const {
    store_choice choice;
    choice.mode = store_mode::automatic;
    choice.path = path_;
    choice.file = impatient();
    choice.keyring = keyring_.settings();
    return open_store(choice);
  }

  std::string text_in_keyring() const {
    auto settings = keyring_.settings();
    auto found = keyring_item{settings, key(), ec::store_unreadable}.read();
    EXPECT_FALSE(found.error) << found.error.message;
    return std::string{found.text};
  }
  void write_into_keyring(const std::string& text) const {
    auto settings = keyring_.settings();
    auto failed = keyring_item{settings, key(), ec::store_unwritable}.write(text);
    EXPECT_FALSE(failed) << failed.message;
  }

  /// Reading and writing fail and say `what`; nothing is taken for "nothing stored".
  static void expect_unusable(credential_store& store, const std::string& where, const std::string& what) {
    expect_failure(store.load().error, ec::store_unreadable, where, what);
    EXPECT_EQ(store.put(managed("new")).error.code, ec::store_unreadable);
    expect_failure(store.put(managed("new")).error, ec::store_unreadable, where, what);
    auto committed = store.commit(managed("b"), hash("a"));
    EXPECT_EQ(committed.outcome, commit_outcome::failed) << "never a conflict, which would drop the token";
    expect_failure(committed.error, ec::store_unreadable, where, what);
    expect_failure(store.take().error, ec::store_unreadable, where, what);
  }

  private_keyring keyring_;
};

} // namespace breakwater::testing
