#include "breakwater/tests/storage/failing_calls.hpp"
#include "breakwater/tests/storage/file_fixture.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>

namespace breakwater::testing {

using file_store_test = file_fixture;

TEST_F(file_store_test, given_a_new_file_when_written_then_nobody_else_can_read_it) {
  auto before = ::umask(0);
  auto store = open();
  store.put(managed("a"));
  ::umask(before);
  EXPECT_EQ(mode_of(path_), 0600u);
  EXPECT_EQ(mode_of(side_), 0600u);
  for (auto& name : directory_.names())
    EXPECT_EQ(mode_of(directory_ / name), 0600u) << name;
}

TEST_F(file_store_test, given_a_file_that_others_may_read_when_written_then_they_may_not_any_more) {
  write_text(path_, document("a"));
  ::chmod(path_.c_str(), 0644);
  auto store = open();
  EXPECT_EQ(store.commit(managed("b"), hash("a")).outcome, commit_outcome::saved);
  EXPECT_EQ(mode_of(path_), 0600u);
}

TEST_F(file_store_test, given_unknown_fields_when_committed_then_they_are_kept) {
  auto text = nlohmann::json::parse(document("a"));
  text["agent_identity"] = {{"deep", {1, 2}}};
  text["tokens"]["note"] = "kept";
  write_text(path_, text.dump());
  auto store = open();
  EXPECT_EQ(store.commit(managed("b"), hash("a")).outcome, commit_outcome::saved);
  auto after = nlohmann::json::parse(read_text(path_));
  EXPECT_EQ(after["agent_identity"], text["agent_identity"]);
  EXPECT_EQ(after["tokens"]["note"], "kept");
  EXPECT_EQ(after["tokens"]["refresh_token"], "t0ken-mark-refresh-b");
}

TEST_F(file_store_test, given_a_written_place_when_searched_then_tokens_are_in_auth_json_only) {
  auto store = open();
  store.acquire();
  store.put(managed("a"));
  store.write_intent({hash("a"), 1, unknown_time}, {});
  store.commit(managed("b"), hash("a"));
  for (auto& name : directory_.names())
    EXPECT_EQ(read_text(directory_ / name).find(token_mark) == std::string::npos, name != "auth.json") << name;
}

TEST_F(file_store_test, given_a_relative_path_when_the_working_directory_changes_then_the_file_is_the_same) {
  auto before = std::filesystem::current_path();
  std::filesystem::current_path(directory_.path());
  file_store store{"auth.json"};
  std::filesystem::current_path(before);
  EXPECT_EQ(store.where(), path_);
}

TEST_F(file_store_test, given_a_missing_directory_when_used_then_a_read_finds_nothing_and_a_login_makes_it) {
  auto inner = directory_ / "home";
  file_store store{inner + "/auth.json", impatient()};
  EXPECT_EQ(store.load().error.code, ec::none);
  EXPECT_EQ(store.take().error.code, ec::none);
  EXPECT_EQ(store.clear_intent(1).code, ec::none);
  EXPECT_FALSE(std::filesystem::exists(inner));
  EXPECT_EQ(store.put(managed("a")).error.code, ec::none);
  EXPECT_EQ(mode_of(inner), 0700u);
  EXPECT_EQ(refresh_token_in(store), "t0ken-mark-refresh-a");
}

TEST_F(file_store_test, given_two_missing_directories_when_logging_in_then_the_failure_names_the_first) {
  file_store store{directory_ / "no/home/auth.json"};
  expect_failure(store.put(managed("a")).error, ec::store_unwritable, directory_ / "no/home", "No such file");
}

// -- links ------------------------------------------------------------------------------------------------------------

TEST_F(file_store_test, given_a_symbolic_link_when_written_then_it_stays_a_link) {
  temporary_directory links;
  write_text(path_, document("a"));
  std::filesystem::create_symlink(path_, links / "first.json");
  std::filesystem::create_symlink("first.json", links / "auth.json");
  file_store store{links / "auth.json", impatient()};
  EXPECT_EQ(store.commit(managed("b"), hash("a")).outcome, commit_outcome::saved);
  EXPECT_EQ(store.put(managed("c")).error.code, ec::none);
  EXPECT_TRUE(std::filesystem::is_symlink(links / "auth.json"));
  EXPECT_TRUE(std::filesystem::is_symlink(links / "first.json"));
  EXPECT_NE(read_text(path_).find("refresh-c"), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(side_));
  EXPECT_FALSE(std::filesystem::exists(links / "auth.json.breakwater-state"));
}

TEST_F(file_store_test, given_a_symbolic_link_when_taken_then_the_link_stays_and_the_tokens_are_gone) {
  write_text(path_, document("a"));
  std::filesystem::create_symlink("auth.json", directory_ / "link.json");
  file_store store{directory_ / "link.json", impatient()};
  EXPECT_EQ(store.take().erased.method, auth_method::oauth);
  EXPECT_EQ(read_text(path_), "{}\n");
  EXPECT_TRUE(std::filesystem::is_symlink(directory_ / "link.json"));
  EXPECT_EQ(store.load().error.code, ec::none);
}

TEST_F(file_store_test, given_a_store_and_one_through_a_link_when_one_leases_then_the_other_is_busy) {
  write_text(path_, document("a"));
  temporary_directory links;
  std::filesystem::create_symlink(path_, links / "auth.json");
  auto direct = open();
  file_store linked{links / "auth.json", impatient()};
  EXPECT_EQ(direct.acquire().code, ec::none);
  EXPECT_EQ(linked.acquire().code, ec::store_busy);
}

TEST_F(file_store_test, given_a_lease_when_the_link_leads_elsewhere_then_it_is_not_ours_any_more) {
  write_text(path_, document("a"));
  write_text(directory_ / "other.json", document("b"));
  std::filesystem::create_symlink(path_, directory_ / "link.json");
  file_store store{directory_ / "link.json", impatient()};
  EXPECT_EQ(store.acquire().code, ec::none);
  std::filesystem::remove(directory_ / "link.json");
  std::filesystem::create_symlink(directory_ / "other.json", directory_ / "link.json");
  EXPECT_EQ(store.write_intent({hash("a"), 1, unknown_time}, {}).code, ec::store_unwritable);
}

TEST_F(file_store_test, given_a_hard_link_when_committed_then_it_is_saved_and_noted_once) {
  write_text(path_, document("a"));
  std::filesystem::create_hard_link(path_, directory_ / "other-name.json");
  auto store = open();
  auto first = store.commit(managed("b"), hash("a"));
  EXPECT_EQ(first.outcome, commit_outcome::saved);
  EXPECT_EQ(first.error.code, ec::none);
  EXPECT_NE(first.error.message.find("hard links"), std::string::npos) << first.error.message;
  EXPECT_EQ(refresh_token_in(store), "t0ken-mark-refresh-b");
  EXPECT_EQ(read_text(directory_ / "other-name.json"), document("a"));
  EXPECT_EQ(store.commit(managed("c"), hash("b")).error.message, "");
}

// -- the lock files ---------------------------------------------------------------------------------------------------

TEST_F(file_store_test, given_a_lease_when_its_lock_file_is_deleted_then_there_are_not_two_leases) {
  auto first = open(), second = open();
  EXPECT_EQ(first.acquire().code, ec::none);
  std::filesystem::remove(lease_);
  EXPECT_EQ(second.acquire().code, ec::none);
  expect_failure(first.write_intent({hash("a"), 1, unknown_time}, {}), ec::store_unwritable, lease_, "not ours");
  EXPECT_EQ(second.write_intent({hash("a"), 2, unknown_time}, {}).code, ec::none);
  EXPECT_EQ(first.acquire().code, ec::store_busy);
}

TEST_F(file_store_test, given_each_of_the_client_s_locks_when_held_then_a_write_fails_in_time_and_names_it) {
  auto store = open();
  store.put(managed("a"));
  store.acquire();
  for (auto* name : {"auth.lock", "auth.json.lock"}) {
    unique_fd held{::open((directory_ / name).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    ASSERT_EQ(::flock(held.get(), LOCK_EX), 0);
    auto result = store.commit(managed("b"), hash("a"));
    EXPECT_EQ(result.outcome, commit_outcome::failed);
    expect_failure(result.error, ec::store_unwritable, directory_ / name, "locked by another program");
    expect_failure(store.put(managed("c")).error, ec::store_unwritable, directory_ / name, "locked");
    expect_failure(store.take().error, ec::store_unwritable, directory_ / name, "locked");
    expect_failure(store.write_intent({hash("a"), 1, unknown_time}, {}), ec::store_unwritable, directory_ / name, "");
    EXPECT_EQ(refresh_token_in(store), "t0ken-mark-refresh-a") << "reading does not wait for " << name;
  }
  EXPECT_EQ(store.commit(managed("b"), hash("a")).outcome, commit_outcome::saved);
}

TEST_F(file_store_test, given_a_client_in_its_save_when_it_ends_then_the_write_goes_on) {
  file_store store{path_};
  store.put(managed("a"));
  unique_fd held{::open((directory_ / "auth.lock").c_str(), O_RDWR | O_CLOEXEC)};
  ASSERT_EQ(::flock(held.get(), LOCK_EX), 0);
  commit_result result;
  std::thread waiting{[&] { result = store.commit(managed("b"), hash("a")); }};
  held.reset();
  waiting.join();
  EXPECT_EQ(result.outcome, commit_outcome::saved) << result.error.message;
}

TEST_F(file_store_test, given_our_write_when_under_way_then_both_of_the_client_s_locks_are_held) {
  auto store = open();
  store.put(managed("a"));
  int busy = 0;
  before_rename look{[&] {
    for (auto* name : {"auth.lock", "auth.json.lock"}) {
      unique_fd tried{::open((directory_ / name).c_str(), O_RDWR | O_CLOEXEC)};
      busy += ::flock(tried.get(), LOCK_EX | LOCK_NB) != 0 ? 1 : 0;
    }
  }};
  EXPECT_EQ(store.commit(managed("b"), hash("a")).outcome, commit_outcome::saved);
  EXPECT_EQ(busy, 2);
}

TEST_F(file_store_test, given_a_file_named_without_extension_when_written_then_its_lock_does_not_lock_us_out) {
  file_store store{directory_ / "auth", impatient()};
  EXPECT_EQ(store.put(managed("a")).error.code, ec::none);
  EXPECT_EQ(store.commit(managed("b"), hash("a")).outcome, commit_outcome::saved);
}

// -- leftovers and foreign writers ------------------------------------------------------------------------------------

TEST_F(file_store_test, given_temporary_files_of_dead_writers_when_written_then_they_are_removed_and_others_stay) {
  write_text(path_, document("a"));
  for (auto* name : {".auth-Ab3xYz", ".auth.json.breakwater-Q1w2E3", ".auth.json.breakwater-state.breakwater-Q1w2E3",
                     ".auth-toolong", ".auth-no", ".auth-a.b.c.", "auth-Ab3xYz", ".other.json.breakwater-Q1w2E3"})
    write_text(directory_ / name, "t0ken-mark-left");
  std::filesystem::create_directory(directory_ / ".auth-direct");
  auto store = open();
  EXPECT_EQ(store.commit(managed("b"), hash("a")).outcome, commit_outcome::saved);
  auto names = directory_.names();
  auto has = [&](const char* name) { return std::find(names.begin(), names.end(), name) != names.end(); };
  EXPECT_FALSE(has(".auth-Ab3xYz") || has(".auth.json.breakwater-Q1w2E3") ||
               has(".auth.json.breakwater-state.breakwater-Q1w2E3"));
  EXPECT_TRUE(has(".auth-toolong") && has(".auth-no") && has(".auth-a.b.c.") && has("auth-Ab3xYz") &&
              has(".auth-direct") && has(".other.json.breakwater-Q1w2E3"));
}

TEST_F(file_store_test, given_a_writer_in_place_when_read_in_its_middle_then_the_whole_file_is_read) {
  auto whole = document("a");
  write_text(path_, whole.substr(0, whole.size() / 2));
  file_store store{path_, {std::chrono::seconds{2}, std::chrono::seconds{2}}};
  load_result loaded;
  std::thread reading{[&] { loaded = store.load(); }};
  write_text(path_, whole);
  reading.join();
  EXPECT_EQ(loaded.error.code, ec::none) << loaded.error.message;
  EXPECT_EQ(loaded.found.credential.refresh_token.reveal(), "t0ken-mark-refresh-a");
}

TEST_F(file_store_test, given_a_writer_without_locks_when_it_writes_during_a_commit_then_its_file_stays) {
  auto store = open();
  store.put(managed("a"));
  // The first rename is the side file's; the foreign write comes between it and that of auth.json.
  before_rename foreign{[&] { write_text(path_, document("foreign")); }};
  auto result = store.commit(managed("b"), hash("a"));
  EXPECT_EQ(result.outcome, commit_outcome::failed);
  expect_failure(result.error, ec::store_unwritable, path_, "changed by another program");
  EXPECT_EQ(refresh_token_in(store), "t0ken-mark-refresh-foreign");
  EXPECT_EQ(store.commit(managed("b"), hash("a")).outcome, commit_outcome::conflict);
}

TEST_F(file_store_test, given_an_api_key_beside_old_tokens_when_a_flight_commits_then_the_key_stays) {
  auto text = nlohmann::json::parse(document("a"));
  text["auth_mode"] = "apikey";
  text["OPENAI_API_KEY"] = "t0ken-mark-key";
  write_text(path_, text.dump());
  auto store = open();
  EXPECT_EQ(store.commit(managed("b"), hash("a")).outcome, commit_outcome::conflict);
  EXPECT_EQ(read_text(path_), text.dump());
}

TEST_F(file_store_test, given_a_foreign_rotation_when_loaded_then_facts_of_the_old_token_do_not_apply) {
  auto store = open();
  auto first = managed("a");
  first.login_id = "login-1";
  store.put(first);
  write_text(path_, document("foreign"));
  auto found = store.load().found.credential;
  EXPECT_EQ(found.login_id, "");
  EXPECT_EQ(found.expires_at, unknown_time);
}

// -- what cannot be read ----------------------------------------------------------------------------------------------

TEST_F(file_store_test, given_an_unreadable_auth_json_when_written_then_only_a_login_replaces_it_and_keeps_it) {
  for (std::string text : {R"({"auth_mode":"bedrockApiKey","bedrock_api_key":"t0ken-mark-bedrock"})", "{\"tok"}) {
    write_text(path_, text);
    auto store = open();
    store.acquire();
    EXPECT_EQ(store.load().error.code, ec::store_unreadable);
    auto committed = store.commit(managed("b"), hash("a"));
    EXPECT_EQ(committed.outcome, commit_outcome::failed);
    expect_failure(committed.error, ec::store_unreadable, path_, "");
    expect_failure(store.take().error, ec::store_unreadable, path_, "");
    EXPECT_EQ(read_text(path_), text);
    auto put = store.put(managed("a"));
    EXPECT_EQ(put.error.code, ec::none) << put.error.message;
    EXPECT_NE(put.error.message.find("auth.json.unreadable"), std::string::npos) << put.error.message;
    EXPECT_EQ(read_text(path_ + ".unreadable"), text);
    EXPECT_EQ(mode_of(path_ + ".unreadable"), 0600u);
    EXPECT_EQ(refresh_token_in(store), "t0ken-mark-refresh-a");
  }
}

TEST_F(file_store_test, given_a_text_put_aside_when_logged_out_then_it_is_gone_too_even_without_a_credential) {
  write_text(path_, "{\"tok");
  auto store = open();
  ASSERT_FALSE(store.put(managed("a")).error);
  ASSERT_TRUE(std::filesystem::exists(path_ + ".unreadable"));
  EXPECT_FALSE(store.take().error);
  EXPECT_FALSE(std::filesystem::exists(path_ + ".unreadable"));
  EXPECT_FALSE(std::filesystem::exists(path_));
  write_text(path_ + ".unreadable", document("old"));
  EXPECT_FALSE(store.take().error);
  EXPECT_FALSE(std::filesystem::exists(path_ + ".unreadable"));
}

TEST_F(file_store_test, given_a_text_put_aside_that_stays_when_logged_out_then_it_failed_and_nothing_was_erased) {
  auto store = open();
  ASSERT_FALSE(store.put(managed("a")).error);
  std::filesystem::create_directory(path_ + ".unreadable");
  write_text(path_ + ".unreadable/x", "x");
  expect_failure(store.take().error, ec::store_unwritable, path_ + ".unreadable", "");
  EXPECT_EQ(refresh_token_in(store), "t0ken-mark-refresh-a");
}

TEST_F(file_store_test, given_an_unreadable_side_file_when_used_then_everything_fails_and_it_stays) {
  auto store = open();
  store.put(managed("a"));
  store.acquire();
  for (std::string text : {R"({"version":2})", "", "{\"version\":1,\"ledger\":[{}]}"}) {
    write_text(side_, text);
    expect_failure(store.load().error, ec::store_unreadable, side_, "");
    expect_failure(store.put(managed("b")).error, ec::store_unreadable, side_, "");
    expect_failure(store.take().error, ec::store_unreadable, side_, "");
    expect_failure(store.commit(managed("b"), hash("a")).error, ec::store_unreadable, side_, "");
    expect_failure(store.write_intent({hash("a"), 1, unknown_time}, {}), ec::store_unwritable, side_, "");
    expect_failure(store.write_ledger({}), ec::store_unwritable, side_, "");
    expect_failure(store.clear_intent(1), ec::store_unwritable, side_, "");
    EXPECT_EQ(read_text(side_), text);
  }
}

TEST_F(file_store_test, given_nothing_to_store_when_put_then_it_is_refused_and_nothing_changes) {
  auto store = open();
  store.put(managed("a"));
  expect_failure(store.put({}).error, ec::store_unwritable, path_, "auth_mode");
  EXPECT_EQ(refresh_token_in(store), "t0ken-mark-refresh-a");
}

} // namespace breakwater::testing
