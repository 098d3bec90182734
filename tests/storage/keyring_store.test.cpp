#include "breakwater/tests/storage/call_counter.hpp"
#include "breakwater/tests/storage/keyring_fixture.hpp"

namespace breakwater::testing {

class keyring_store_test : public keyring_fixture {
protected:
  using attributes = std::vector<std::string>;

  /// Another program: stores and looks up by service, username and these.
  void store_as_client(attributes more, const std::string& text) const {
    attributes arguments{"store", "--label=of a client", "service", "Codex Auth", "username", key()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    keyring_.secret_tool(arguments, text);
  }
  std::string found_by_client(attributes more) const {
    attributes arguments{"lookup", "service", "Codex Auth", "username", key()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return keyring_.secret_tool(arguments);
  }
};

TEST(keyring_key, given_a_directory_when_its_key_is_made_then_it_is_of_its_canonical_path) {
  // printf %s /usr/lib | sha256sum
  EXPECT_EQ(keyring_key("/usr/lib"), "cli|5289cd0f221ee1de");
  EXPECT_EQ(keyring_key("/usr/lib/"), keyring_key("/usr/lib"));
  EXPECT_EQ(keyring_key("/usr/bin/../lib"), keyring_key("/usr/lib"));
  temporary_directory directory;
  std::filesystem::create_directory_symlink("/usr/lib", directory / "link");
  EXPECT_EQ(keyring_key(directory / "link"), keyring_key("/usr/lib"));
}

TEST_F(keyring_store_test, given_an_item_of_a_client_when_loaded_and_committed_then_it_is_the_same_item) {
  attributes of_client{"target", "default", "application", "rust-keyring"};
  store_as_client(of_client, document("a"));
  auto store = open_keyring();
  EXPECT_EQ(refresh_token_in(store), "t0ken-mark-refresh-a");
  EXPECT_EQ(store.commit(managed("b"), hash("a")).outcome, commit_outcome::saved);
  EXPECT_NE(found_by_client(of_client).find("t0ken-mark-refresh-b"), std::string::npos);
}

TEST_F(keyring_store_test, given_our_item_when_a_client_looks_for_it_then_it_is_found) {
  auto store = open_keyring();
  ASSERT_FALSE(store.put(managed("a")).error);
  EXPECT_NE(found_by_client({"target", "default"}).find("t0ken-mark-refresh-a"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(keyring_store_test, given_an_item_without_a_target_when_loaded_then_it_is_used_and_another_target_is_not) {
  store_as_client({"target", "other"}, document("other"));
  auto store = open_keyring();
  EXPECT_EQ(store.load().found.credential.method, auth_method::none);
  store_as_client({"x", "y"}, document("a"));
  EXPECT_EQ(store.load().found.credential.refresh_token, managed("a").refresh_token);
}

TEST_F(keyring_store_test, given_two_such_items_when_loaded_then_it_says_so) {
  store_as_client({"target", "default", "n", "1"}, document("a"));
  store_as_client({"target", "default", "n", "2"}, document("b"));
  auto store = open_keyring();
  expect_unusable(store, key(), "2 such items");
}

TEST_F(keyring_store_test, given_a_text_that_is_no_credential_when_logged_in_then_it_is_kept_until_the_logout) {
  write_into_keyring(R"({"auth_mode":"agentIdentity"})");
  auto store = open_keyring();
  expect_failure(store.load().error, ec::store_unreadable, key(), "agentIdentity");
  auto put = store.put(managed("a"));
  ASSERT_FALSE(put.error) << put.error.message;
  EXPECT_NE(put.error.message.find(key() + ".unreadable"), std::string::npos) << put.error.message;
  auto aside = [&] {
    auto settings = keyring_.settings();
    return keyring_item{settings, key() + ".unreadable", ec::store_unreadable}.read();
  };
  EXPECT_TRUE(aside().exists);
  ASSERT_FALSE(store.take().error);
  EXPECT_FALSE(aside().exists);
}

TEST_F(keyring_store_test, given_a_watch_when_another_program_changes_the_text_then_it_is_called) {
  auto settings = keyring_.settings();
  settings.foreign_look_pause = std::chrono::milliseconds{20};
  keyring_store store{directory_.path(), settings};
  call_counter calls;
  ASSERT_FALSE(store.watch(calls.callback()));
  auto seen = calls.count();
  store_as_client({"target", "default"}, document("a"));
  ASSERT_TRUE(calls.wait_beyond(seen));
  while (calls.wait_beyond(seen) && refresh_token_in(store).empty())
    seen = calls.count();
  seen = calls.count();
  write_into_keyring(document("b")); // in place: gnome-keyring tells nobody
  ASSERT_TRUE(calls.wait_beyond(seen));
  store.watch({});
}

TEST_F(keyring_store_test, given_a_watch_when_the_service_ends_and_starts_again_then_it_is_called) {
  auto store = open_keyring();
  ASSERT_FALSE(store.put(managed("a")).error);
  call_counter calls;
  ASSERT_FALSE(store.watch(calls.callback()));
  auto seen = calls.count();
  keyring_.kill_service();
  ASSERT_TRUE(calls.wait_beyond(seen));
  seen = calls.count();
  keyring_.start_service(private_keyring::state::unlocked);
  ASSERT_TRUE(calls.wait_beyond(seen));
  EXPECT_EQ(store.load().found.credential.refresh_token, managed("a").refresh_token) << "and so does the store";
}

} // namespace breakwater::testing
