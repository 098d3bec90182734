#include "breakwater/storage/sealed_store.hpp"

#include "breakwater/storage/open_store.hpp"
#include "breakwater/storage/sealed_codec.hpp"
#include "breakwater/tests/storage/file_fixture.hpp"

#include <set>

namespace breakwater::testing {

/// Most tests use small limits: what Argon2 costs is not what they are about.
class sealed_store_test : public file_fixture {
protected:
  static constexpr sealed_settings small{1, 8192};

  sealed_store open_sealed(const std::string& passphrase = "right", sealed_settings settings = small) const {
    return sealed_store{sealed_, secret{passphrase}, settings, impatient()};
  }

  /// Every operation fails with `store_unreadable` or `store_unwritable`, and the file stays as it is.
  void expect_refused(const std::string& passphrase, const std::string& what) {
    auto before = read_text(sealed_);
    auto store = open_sealed(passphrase);
    expect_failure(store.load().error, ec::store_unreadable, sealed_, what);
    expect_failure(store.put(managed("new")).error, ec::store_unreadable, sealed_, what);
    auto committed = store.commit(managed("b"), hash("a"));
    EXPECT_EQ(committed.outcome, commit_outcome::failed);
    expect_failure(committed.error, ec::store_unreadable, sealed_, what);
    expect_failure(store.take().error, ec::store_unreadable, sealed_, what);
    EXPECT_EQ(read_text(sealed_), before) << "nothing is overwritten";
    EXPECT_FALSE(std::filesystem::exists(sealed_ + ".unreadable")) << "nothing is moved aside";
  }

  std::string sealed_ = directory_ / "auth.json.sealed";
};

TEST_F(sealed_store_test, given_a_login_when_its_file_is_looked_at_then_nothing_of_it_can_be_read) {
  auto store = open_sealed();
  EXPECT_FALSE(store.put(managed("a")).error);
  EXPECT_EQ(mode_of(sealed_), 0600u);
  for (auto& name : directory_.names())
    EXPECT_EQ(read_text(directory_ / name).find(token_mark), std::string::npos) << name;
  EXPECT_EQ(read_text(sealed_).find("account"), std::string::npos);
  EXPECT_EQ(read_text(sealed_).substr(0, 8), "brkwseal");
  EXPECT_EQ(open_sealed().load().found.credential.refresh_token, managed("a").refresh_token);
}

TEST_F(sealed_store_test, given_the_same_text_when_written_twice_then_the_nonce_is_new_and_the_salt_stays) {
  auto store = open_sealed();
  std::set<std::string> nonces, salts;
  for (int i = 0; i < 20; ++i) {
    ASSERT_FALSE(store.put(managed("a")).error);
    auto file = read_text(sealed_);
    salts.insert(file.substr(28, 16));
    nonces.insert(file.substr(44, 24));
  }
  EXPECT_EQ(nonces.size(), 20u);
  EXPECT_EQ(salts.size(), 1u);
}

TEST_F(sealed_store_test, given_a_file_removed_and_made_again_when_read_by_an_open_store_then_the_new_salt_is_used) {
  auto first = open_sealed(), second = open_sealed();
  ASSERT_FALSE(first.put(managed("a")).error);
  ASSERT_FALSE(second.load().error);
  std::filesystem::remove(sealed_);
  auto third = open_sealed();
  ASSERT_FALSE(third.put(managed("b")).error);
  EXPECT_EQ(second.load().found.credential.refresh_token, managed("b").refresh_token);
}

TEST_F(sealed_store_test, given_a_weak_file_when_written_with_stronger_settings_then_it_is_raised_and_never_lowered) {
  ASSERT_FALSE(open_sealed().put(managed("a")).error);
  auto strong = open_sealed("right", {2, 32768});
  ASSERT_EQ(strong.commit(managed("b"), hash("a")).outcome, commit_outcome::saved);
  auto raised = parse_sealed_header(read_text(sealed_), sealed_).header.recipe;
  EXPECT_EQ(raised.passes, 2u);
  EXPECT_EQ(raised.memory, 32768u);
  ASSERT_EQ(open_sealed().commit(managed("c"), hash("b")).outcome, commit_outcome::saved);
  EXPECT_EQ(parse_sealed_header(read_text(sealed_), sealed_).header.recipe, raised);
  EXPECT_EQ(strong.load().found.credential.refresh_token, managed("c").refresh_token);
}

TEST_F(sealed_store_test, given_the_real_limits_when_opened_then_it_works_and_the_key_is_made_once) {
  sealed_store store{sealed_, secret{"right"}};
  auto started = std::chrono::steady_clock::now();
  ASSERT_FALSE(store.put(managed("0")).error);
  auto once = std::chrono::steady_clock::now() - started;
  auto recipe = parse_sealed_header(read_text(sealed_), sealed_).header.recipe;
  EXPECT_EQ(recipe.passes, 3u);
  EXPECT_EQ(recipe.memory, uint64_t{256} << 20);
  started = std::chrono::steady_clock::now();
  for (int i = 0; i < 5; ++i)
    ASSERT_EQ(store.commit(managed(std::to_string(i + 1)), hash(std::to_string(i))).outcome, commit_outcome::saved);
  EXPECT_LT(std::chrono::steady_clock::now() - started, once) << "5 commits cost less than one key";
}

TEST_F(sealed_store_test, given_another_passphrase_when_used_then_everything_is_refused_and_nothing_overwritten) {
  ASSERT_FALSE(open_sealed().put(managed("a")).error);
  expect_refused("wrong", "wrong passphrase");
  EXPECT_EQ(open_sealed().load().found.credential.refresh_token, managed("a").refresh_token);
}

TEST_F(sealed_store_test, given_any_byte_altered_when_used_then_everything_is_refused) {
  ASSERT_FALSE(open_sealed().put(managed("a")).error);
  auto whole = read_text(sealed_);
  for (size_t at = 0; at < whole.size(); ++at)
    for (char change : {'\x01', '\x80'}) {
      auto altered = whole;
      altered[at] = static_cast<char>(altered[at] ^ change);
      write_text(sealed_, altered);
      SCOPED_TRACE("byte " + std::to_string(at));
      expect_refused("right", "");
      if (HasFailure())
        return;
    }
}

TEST_F(sealed_store_test, given_any_length_cut_when_used_then_everything_is_refused) {
  ASSERT_FALSE(open_sealed().put(managed("a")).error);
  auto whole = read_text(sealed_);
  for (size_t size = 0; size < whole.size(); ++size) {
    write_text(sealed_, whole.substr(0, size));
    SCOPED_TRACE("cut after " + std::to_string(size));
    expect_refused("right", "");
    if (HasFailure())
      return;
  }
  write_text(sealed_, whole + "x");
  expect_refused("right", "altered");
}

TEST_F(sealed_store_test, given_headers_that_no_program_writes_when_read_then_each_is_refused_without_its_cost) {
  ASSERT_FALSE(open_sealed().put(managed("a")).error);
  auto whole = read_text(sealed_);
  auto with = [&](size_t at, uint64_t number, size_t size) {
    auto made = whole;
    for (size_t i = 0; i < size; ++i)
      made[at + i] = static_cast<char>(number >> (8 * i));
    write_text(sealed_, made);
  };
  with(8, 2, 4);
  expect_refused("right", "version 2");
  with(12, 0, 8);
  expect_refused("right", "asks for 0 passes");
  with(12, 17, 8);
  expect_refused("right", "asks for 17 passes");
  with(20, 8191, 8);
  expect_refused("right", "8191 bytes");
  with(20, (uint64_t{1} << 30) + 1, 8);
  expect_refused("right", "1073741825 bytes");
  with(20, ~uint64_t{0}, 8);
  expect_refused("right", "18446744073709551615 bytes");
  write_text(sealed_, document("a"));
  expect_refused("right", "not an encrypted credential");
}

TEST_F(sealed_store_test, given_a_sealed_text_that_is_no_credential_when_logged_in_then_it_is_kept_encrypted) {
  ASSERT_FALSE(open_sealed().put(managed("a")).error);
  auto recipe = parse_sealed_header(read_text(sealed_), sealed_).header.recipe;
  guarded_bytes passphrase{"right"};
  auto key = make_sealed_key(passphrase, recipe, "test");
  write_text(sealed_, seal(R"({"auth_mode":"agentIdentity","x":"t0ken-mark-x"})", key.key, recipe));
  auto store = open_sealed();
  expect_failure(store.load().error, ec::store_unreadable, sealed_, "agentIdentity");
  auto put = store.put(managed("b"));
  EXPECT_FALSE(put.error) << put.error.message;
  EXPECT_NE(put.error.message.find(".unreadable"), std::string::npos);
  EXPECT_EQ(read_text(sealed_ + ".unreadable").find("t0ken-mark"), std::string::npos);
  EXPECT_FALSE(store.take().error);
  EXPECT_FALSE(std::filesystem::exists(sealed_ + ".unreadable"));
}

TEST_F(sealed_store_test, given_the_choice_of_an_encrypted_file_when_opened_then_it_lies_beside_the_path) {
  store_choice choice;
  choice.mode = store_mode::encrypted;
  choice.path = path_;
  choice.sealed = small;
  choice.passphrase.given = secret{"right"};
  auto opened = open_store(choice);
  ASSERT_FALSE(opened.error) << opened.error.message;
  EXPECT_FALSE(opened.store->put(managed("a")).error);
  EXPECT_EQ(open_sealed().load().found.credential.refresh_token, managed("a").refresh_token);
  choice.passphrase = {};
  auto failed = open_store(choice);
  EXPECT_EQ(failed.error.code, ec::store_unreadable);
  EXPECT_FALSE(failed.store);
}

} // namespace breakwater::testing
