#include "breakwater/tests/storage/child_process.hpp"
#include "breakwater/tests/storage/keyring_fixture.hpp"

namespace breakwater::testing {

class auto_store_crashes : public keyring_fixture {
protected:
  /// How a process ended that moves the credential and dies before its n-th step: 0 if it lived.
  int move_and_die_before(int step) const {
    return child_process{[&](const child_process::line&) {
             auto address = keyring_.settings().bus_address, number = std::to_string(step);
             const char* arguments[] = {BREAKWATER_AUTO_MOVER, directory_.path().c_str(), address.c_str(),
                                        number.c_str(), nullptr};
             return ::execv(BREAKWATER_AUTO_MOVER, const_cast<char**>(arguments));
           }}
        .wait();
  }

  /// At every moment the newer credential is whole in at least one of the two.
  void expect_not_lost(const std::string& name) const {
    auto in_file = std::filesystem::exists(path_) ? read_text(path_) : "";
    EXPECT_TRUE((in_file + text_in_keyring()).find("t0ken-mark-refresh-" + name) != std::string::npos);
  }

  void expect_completed(const std::string& name) {
    auto opened = open_automatic();
    auto loaded = opened.store->load();
    EXPECT_FALSE(loaded.error) << loaded.error.message;
    EXPECT_EQ(loaded.found.credential.refresh_token, managed(name).refresh_token);
    EXPECT_EQ(loaded.found.credential.expires_at, managed(name).expires_at);
    ASSERT_TRUE(loaded.found.intent) << "ledger and intent stay";
    EXPECT_EQ(loaded.found.ledger.size(), 1u);
    EXPECT_FALSE(std::filesystem::exists(path_));
    EXPECT_NE(text_in_keyring().find("refresh-" + name), std::string::npos);
    EXPECT_FALSE(opened.store->clear_intent(7)); // any write clears away what the dead one left
    for (auto& found : directory_.names())
      EXPECT_FALSE(found.starts_with(".")) << "left over: " << found;
  }

  void prepare_file(const std::string& name) {
    auto store = open();
    ASSERT_FALSE(store.put(managed(name)).error);
    ASSERT_FALSE(store.acquire());
    ledger_entry entry;
    entry.refresh_token = hash("older");
    entry.fate = token_fate::spent;
    ASSERT_FALSE(store.write_intent({hash(name), 7, unknown_time}, {entry}));
  }
};

TEST_F(auto_store_crashes,
       given_a_move_killed_before_any_step_when_opened_again_then_it_is_completed_and_nothing_lost) {
  int step = 1, killed = 0;
  for (;; ++step) {
    SCOPED_TRACE("killed before step " + std::to_string(step));
    auto name = std::to_string(step);
    prepare_file(name);
    auto ended = move_and_die_before(step);
    expect_not_lost(name);
    expect_completed(name);
    if (HasFailure() || ended == 0)
      break;
    ASSERT_EQ(ended, -SIGKILL);
    ++killed;
  }
  EXPECT_GT(killed, 15) << "the hooks are in the way of the real calls";
  RecordProperty("steps", killed);
}

} // namespace breakwater::testing
