#include "breakwater/tests/storage/child_process.hpp"
#include "breakwater/tests/storage/keyring_fixture.hpp"

#include <thread>

namespace breakwater::testing {

class keyring_failures : public keyring_fixture {
protected:
  keyring_failures() { EXPECT_FALSE(store_.put(managed("a")).error); }

  keyring_settings hurried() const {
    auto settings = keyring_.settings();
    settings.answer_wait_max = std::chrono::milliseconds{300};
    return settings;
  }

  keyring_store store_ = open_keyring();
};

TEST_F(keyring_failures, given_a_locked_keyring_when_used_then_it_says_so_and_works_once_unlocked) {
  keyring_.kill_service();
  keyring_.start_service(private_keyring::state::locked);
  expect_unusable(store_, key(), "is locked; unlock it");
  keyring_.kill_service();
  keyring_.start_service(private_keyring::state::unlocked);
  EXPECT_EQ(refresh_token_in(store_), "t0ken-mark-refresh-a");
}

TEST_F(keyring_failures, given_a_locked_keyring_that_may_ask_when_nobody_answers_then_it_says_so) {
  keyring_.kill_service();
  keyring_.start_service(private_keyring::state::locked);
  auto settings = keyring_.settings();
  settings.prompt_wait_max = std::chrono::milliseconds{200};
  keyring_store asking{directory_.path(), settings};
  expect_unusable(asking, key(), "cannot unlock the keyring"); // there is no program here that could ask
}

TEST_F(keyring_failures, given_a_locked_keyring_without_our_item_when_loaded_then_it_is_not_nothing_stored) {
  temporary_directory other;
  keyring_.kill_service();
  keyring_.start_service(private_keyring::state::locked);
  keyring_store store{other.path(), keyring_.settings()};
  expect_unusable(store, keyring_key(other.path()), "is locked");
}

TEST_F(keyring_failures, given_a_killed_service_when_used_then_it_says_so_and_nothing_is_lost) {
  keyring_.kill_service();
  expect_unusable(store_, key(), "start a keyring service");
  keyring_.start_service(private_keyring::state::unlocked);
  EXPECT_EQ(refresh_token_in(store_), "t0ken-mark-refresh-a");
  EXPECT_EQ(store_.commit(managed("b"), hash("a")).outcome, commit_outcome::saved);
}

TEST_F(keyring_failures, given_a_service_killed_at_any_moment_of_many_commits_when_it_is_back_then_what_was_saved_is) {
  int saved = 0;
  for (int round = 0; round < 5; ++round) {
    std::thread killer{[&] {
      std::this_thread::sleep_for(std::chrono::milliseconds{7 + 11 * round}); // any moment is a good one
      keyring_.kill_service();
    }};
    auto name = [](int number) { return number == 0 ? std::string{"a"} : std::to_string(number); };
    int tried = saved;
    while (store_.commit(managed(name(tried + 1)), hash(name(tried))).outcome == commit_outcome::saved)
      saved = ++tried;
    killer.join();
    keyring_.start_service(private_keyring::state::unlocked);
    auto there = refresh_token_in(store_);
    if (there == "t0ken-mark-refresh-" + name(saved + 1))
      ++saved; // written, and nobody was told
    EXPECT_EQ(there, "t0ken-mark-refresh-" + name(saved));
  }
}

TEST_F(keyring_failures, given_a_service_that_hangs_when_used_then_every_operation_ends_in_time) {
  keyring_store store{directory_.path(), hurried()};
  keyring_.service().send(SIGSTOP);
  auto started = std::chrono::steady_clock::now();
  expect_unusable(store, key(), "no answer within 300 ms");
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds{8});
  EXPECT_FALSE(store.acquire()) << "the lease and the side file do not need it";
  EXPECT_FALSE(store.write_intent({hash("a"), 1, unknown_time}, {}));
  keyring_.service().send(SIGCONT);
  EXPECT_EQ(refresh_token_in(store_), "t0ken-mark-refresh-a");
}

TEST_F(keyring_failures, given_a_service_that_hangs_when_a_watch_ends_then_it_ends_in_time) {
  auto settings = hurried();
  settings.foreign_look_pause = std::chrono::milliseconds{10};
  keyring_store store{directory_.path(), settings};
  ASSERT_FALSE(store.watch([] {}));
  keyring_.service().send(SIGSTOP);
  EXPECT_FALSE(store.load().error.message.empty()); // by now the watch is in its look, too
  auto started = std::chrono::steady_clock::now();
  store.watch({});
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds{4});
}

TEST_F(keyring_failures, given_a_bus_that_ends_when_used_then_it_says_so_and_the_process_lives) {
  ASSERT_FALSE(store_.watch([] {}));
  keyring_.kill_bus();
  expect_unusable(store_, key(), "cannot reach the session bus");
  store_.watch({});
  EXPECT_EQ(store_.watch([] {}).code, ec::store_unreadable);
}

TEST_F(keyring_failures, given_no_bus_at_all_when_used_then_it_says_so) {
  auto code = child_process{[&](const child_process::line&) {
                const char* program = BREAKWATER_AUTO_MOVER;
                const char* arguments[] = {program, directory_.path().c_str(), nullptr};
                const char* environment[] = {"XDG_RUNTIME_DIR=/nonexistent", nullptr};
                return ::execve(program, const_cast<char**>(arguments), const_cast<char**>(environment));
              }}.wait();
  EXPECT_EQ(code, 3) << "store_unreadable, and the message names the session bus";
}

TEST(keyring_without_service, given_a_bus_without_a_service_when_used_then_it_says_so) {
  private_keyring keyring{private_keyring::state::no_service};
  temporary_directory directory;
  keyring_store store{directory.path(), keyring.settings()};
  auto failed = store.load().error;
  EXPECT_EQ(failed.code, ec::store_unreadable);
  EXPECT_NE(failed.message.find("start a keyring service"), std::string::npos) << failed.message;
}

} // namespace breakwater::testing
