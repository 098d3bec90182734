#include "breakwater/tests/storage/call_counter.hpp"
#include "breakwater/tests/storage/keyring_fixture.hpp"

namespace breakwater::testing {

class auto_store : public keyring_fixture {
protected:
  void write_file(const std::string& text) const { write_text(path_, text); }
  bool file_exists() const { return std::filesystem::exists(path_); }

  static std::string dated(const std::string& name, const std::string& date) {
    auto text = document(name);
    return text.insert(1, R"("last_refresh":")" + date + R"(",)");
  }

  /// What an open store, and one that is opened now, find; and there is one copy, in the keyring.
  void expect_in_keyring(credential_store& store, const std::string& name) {
    EXPECT_EQ(refresh_token_in(store), "t0ken-mark-refresh-" + name);
    EXPECT_EQ(refresh_token_in(*open_automatic().store), "t0ken-mark-refresh-" + name);
    EXPECT_FALSE(file_exists());
    EXPECT_NE(text_in_keyring().find("refresh-" + name), std::string::npos);
  }
};

TEST_F(auto_store, given_an_auth_json_when_opened_then_it_is_moved_with_its_unknown_fields_and_ledger) {
  ledger_entry old;
  old.refresh_token = hash("old");
  old.fate = token_fate::spent;
  {
    auto file = open();
    ASSERT_FALSE(file.put(managed("a")).error);
    ASSERT_FALSE(file.acquire());
    ASSERT_FALSE(file.write_intent({hash("a"), 7, unknown_time}, {old}));
    auto text = read_text(path_);
    write_file(text.insert(1, R"("of_a_newer_client": [1],)"));
  }
  auto opened = open_automatic();
  ASSERT_FALSE(opened.error) << opened.error.message;
  EXPECT_NE(opened.error.message.find("was moved to the keyring"), std::string::npos) << opened.error.message;
  expect_in_keyring(*opened.store, "a");
  EXPECT_NE(text_in_keyring().find("of_a_newer_client"), std::string::npos);
  auto found = opened.store->load().found;
  EXPECT_EQ(found.credential.expires_at, managed("a").expires_at);
  EXPECT_EQ(found.ledger, ledger{old});
  ASSERT_TRUE(found.intent);
  EXPECT_EQ(found.intent->flight, 7u);
}

TEST_F(auto_store, given_both_hold_the_same_when_opened_then_the_file_goes_without_a_word) {
  write_into_keyring(document("a"));
  write_file(document("a"));
  auto opened = open_automatic();
  EXPECT_EQ(opened.error.message, "");
  expect_in_keyring(*opened.store, "a");
}

TEST_F(auto_store, given_different_ones_when_opened_then_the_one_refreshed_later_is_kept_and_it_says_so) {
  write_into_keyring(dated("new", "2026-02-02T00:00:00Z"));
  write_file(dated("old", "2026-01-01T00:00:00Z"));
  auto opened = open_automatic();
  EXPECT_NE(opened.error.message.find("the keyring's was kept"), std::string::npos) << opened.error.message;
  expect_in_keyring(*opened.store, "new");
  write_file(dated("newer", "2026-03-03T00:00:00Z"));
  opened = open_automatic();
  EXPECT_NE(opened.error.message.find("the file's was kept"), std::string::npos) << opened.error.message;
  expect_in_keyring(*opened.store, "newer");
}

TEST_F(auto_store, given_a_condemned_token_in_the_keyring_when_an_older_file_lives_then_the_file_is_kept) {
  auto opened = open_automatic();
  write_into_keyring(dated("dead", "2026-02-02T00:00:00Z"));
  ASSERT_FALSE(opened.store->acquire());
  ledger_entry dead;
  dead.refresh_token = hash("dead");
  dead.fate = token_fate::refused;
  ASSERT_FALSE(opened.store->write_ledger({dead}));
  write_file(dated("alive", "2026-01-01T00:00:00Z"));
  expect_in_keyring(*opened.store, "alive");
}

TEST_F(auto_store, given_a_store_in_use_when_another_program_writes_the_file_then_the_next_load_moves_it) {
  auto opened = open_automatic();
  ASSERT_FALSE(opened.store->put(managed("a")).error);
  expect_in_keyring(*opened.store, "a");
  write_file(dated("foreign", "2036-01-01T00:00:00Z"));
  expect_in_keyring(*opened.store, "foreign");
  write_file(dated("again", "2037-01-01T00:00:00Z"));
  EXPECT_EQ(opened.store->commit(managed("b"), hash("foreign")).outcome, commit_outcome::conflict);
  expect_in_keyring(*opened.store, "again");
}

TEST_F(auto_store, given_a_watch_when_another_program_writes_the_file_then_it_is_called) {
  auto opened = open_automatic();
  call_counter calls;
  ASSERT_FALSE(opened.store->watch(calls.callback()));
  auto seen = calls.count();
  write_file(document("a"));
  ASSERT_TRUE(calls.wait_beyond(seen));
  opened.store->watch({});
}

TEST_F(auto_store, given_a_file_that_cannot_be_understood_when_opened_then_it_is_left_and_told) {
  write_file(R"({"auth_mode":"agentIdentity"})");
  auto opened = open_automatic();
  EXPECT_EQ(opened.store->load().error.code, ec::store_unreadable) << "not: nothing stored";
  ASSERT_TRUE(file_exists());
  write_into_keyring(document("a"));
  auto loaded = opened.store->load();
  EXPECT_FALSE(loaded.error) << loaded.error.message;
  EXPECT_NE(loaded.error.message.find("agentIdentity"), std::string::npos) << loaded.error.message;
  EXPECT_EQ(loaded.found.credential.refresh_token, managed("a").refresh_token);
  EXPECT_TRUE(file_exists());
  ASSERT_FALSE(opened.store->put(managed("b")).error);
  expect_in_keyring(*opened.store, "b");
  EXPECT_TRUE(std::filesystem::exists(path_ + ".unreadable"));
  ASSERT_FALSE(opened.store->take().error);
  EXPECT_FALSE(std::filesystem::exists(path_ + ".unreadable"));
}

TEST_F(auto_store, given_such_a_file_and_an_empty_keyring_when_logged_in_then_it_is_put_aside) {
  write_file("half of a file {");
  auto opened = open_automatic();
  ASSERT_FALSE(opened.store->put(managed("b")).error);
  expect_in_keyring(*opened.store, "b");
  EXPECT_EQ(read_text(path_ + ".unreadable"), "half of a file {");
}

TEST_F(auto_store, given_no_keyring_when_opened_then_the_file_is_used_and_it_says_so) {
  keyring_.kill_service();
  auto opened = open_automatic();
  EXPECT_NE(opened.error.message.find("the file is used"), std::string::npos) << opened.error.message;
  ASSERT_FALSE(opened.store->put(managed("a")).error);
  EXPECT_TRUE(file_exists());
  keyring_.start_service(private_keyring::state::unlocked);
  EXPECT_EQ(refresh_token_in(*opened.store), "t0ken-mark-refresh-a");
  auto later = open_automatic();
  expect_in_keyring(*later.store, "a");
  expect_in_keyring(*opened.store, "a"); // the side file told it
}

TEST_F(auto_store, given_a_keyring_that_answered_when_it_is_locked_or_gone_then_it_is_an_error_and_no_empty_file) {
  { ASSERT_FALSE(open_automatic().store->put(managed("a")).error); }
  keyring_.kill_service();
  expect_unusable(*open_automatic().store, path_, "kept in the keyring");
  keyring_.start_service(private_keyring::state::locked);
  auto opened = open_automatic();
  expect_unusable(*opened.store, path_, "is locked");
  EXPECT_FALSE(file_exists());
  keyring_.kill_service();
  keyring_.start_service(private_keyring::state::unlocked);
  expect_in_keyring(*opened.store, "a");
}

TEST_F(auto_store, given_a_keyring_that_answered_once_and_was_empty_when_it_is_gone_then_it_is_an_error) {
  open_automatic();
  keyring_.kill_service();
  expect_unusable(*open_automatic().store, path_, "kept in the keyring");
}

TEST_F(auto_store, given_a_locked_keyring_that_never_answered_when_there_is_no_file_then_it_is_an_error) {
  write_into_keyring(document("of-a-client"));
  keyring_.kill_service();
  keyring_.start_service(private_keyring::state::locked);
  auto opened = open_automatic();
  expect_unusable(*opened.store, path_, "is locked");
  keyring_.kill_service();
  keyring_.start_service(private_keyring::state::unlocked);
  expect_in_keyring(*opened.store, "of-a-client");
}

TEST_F(auto_store, given_a_locked_keyring_that_never_answered_when_there_is_a_file_then_the_file_is_used) {
  write_file(document("a"));
  keyring_.kill_service();
  keyring_.start_service(private_keyring::state::locked);
  auto opened = open_automatic();
  EXPECT_EQ(refresh_token_in(*opened.store), "t0ken-mark-refresh-a");
  EXPECT_EQ(opened.store->commit(managed("b"), hash("a")).outcome, commit_outcome::saved);
  EXPECT_TRUE(file_exists());
}

TEST_F(auto_store, given_the_file_chosen_and_a_login_when_automatic_without_a_keyring_then_the_file_is_used_again) {
  { ASSERT_FALSE(open_automatic().store->put(managed("a")).error); }
  keyring_.kill_service();
  ASSERT_FALSE(open().put(managed("b")).error);
  EXPECT_EQ(refresh_token_in(*open_automatic().store), "t0ken-mark-refresh-b");
}

TEST_F(auto_store, given_a_link_when_moved_then_it_leads_to_an_empty_document_that_stays_empty) {
  temporary_directory real;
  write_text(real / "real.json", document("a"));
  std::filesystem::create_symlink(real / "real.json", path_);
  auto opened = open_automatic();
  EXPECT_EQ(refresh_token_in(*opened.store), "t0ken-mark-refresh-a");
  EXPECT_EQ(read_text(path_), "{}\n");
  EXPECT_EQ(opened.store->load().error.message, "");
  ASSERT_FALSE(opened.store->take().error);
  EXPECT_EQ(open_automatic().store->load().found.credential.method, auth_method::none);
}

TEST_F(auto_store, given_no_directory_when_loaded_then_nothing_is_made_and_a_login_makes_it) {
  path_ = directory_ / "new/auth.json";
  auto opened = open_automatic();
  EXPECT_EQ(opened.store->load().found.credential.method, auth_method::none);
  EXPECT_FALSE(std::filesystem::exists(directory_ / "new"));
  ASSERT_FALSE(opened.store->put(managed("a")).error);
  EXPECT_EQ(refresh_token_in(*open_automatic().store), "t0ken-mark-refresh-a");
}

} // namespace breakwater::testing
