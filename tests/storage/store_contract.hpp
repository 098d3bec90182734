#pragma once
#include "breakwater/storage/credential_store.hpp"
#include "breakwater/tests/storage/call_counter.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

/// The contract of `credential_store` as tests: run your own store against it.
///
///   struct my_place : breakwater::testing::store_place {
///     std::unique_ptr<breakwater::credential_store> open() override { return std::make_unique<my_store>(name_); }
///   };
///   INSTANTIATE_TEST_SUITE_P(my_store, store_contract,
///     ::testing::Values(breakwater::testing::store_maker{"mine", [] { return std::make_unique<my_place>(); }}),
///     breakwater::testing::name_of_store);
///
/// Include it in one source file of a test program, and write the last line in namespace breakwater::testing.
namespace breakwater::testing {

/// One empty place, and the ways to it. Made anew for each test; removes what it made when it ends.
class store_place {
public:
  virtual ~store_place() = default;

  /// Another store on this place, as another process would open it. It may outlive earlier ones.
  virtual std::unique_ptr<credential_store> open() = 0;

  /// The process that has this store dies: what is durable stays, what is not is lost, and nobody says goodbye.
  virtual void kill(std::unique_ptr<credential_store> store) { store.reset(); }
};

struct store_maker {
  std::string name;
  std::function<std::unique_ptr<store_place>()> make_place;
};

/// So that a test is listed by its store's name, not by its bytes.
inline std::ostream& operator<<(std::ostream& out, const store_maker& maker) { return out << maker.name; }

inline std::string name_of_store(const ::testing::TestParamInfo<store_maker>& info) { return info.param.name; }

class store_contract : public ::testing::TestWithParam<store_maker> {
protected:
  static constexpr std::string_view token_mark = "t0ken-that-nobody-may-print-";

  static wall_time at(int64_t seconds) { return wall_time{std::chrono::seconds{seconds}}; }
  static secret token(const std::string& name) { return secret{std::string{token_mark} + name}; }
  static token_hash hash(const std::string& name) { return hash_of(token(name)); }

  /// A managed credential in which every field is set; its tokens end in `name`.
  static credential managed(const std::string& name, const std::string& account = "account-1") {
    credential made;
    made.method = auth_method::oauth;
    made.access_token = token("access-" + name);
    made.refresh_token = token("refresh-" + name);
    made.id_token = token("id-" + name);
    made.account = {account, "somebody@example.org", "plus"};
    made.login_id = "login-1";
    made.expires_at = at(1'900'000'000);
    made.refreshed_at = at(1'800'000'000);
    return made;
  }

  static ledger_entry entry(const std::string& name) {
    ledger_entry made;
    made.refresh_token = hash(name);
    made.fate = token_fate::refused;
    made.reason = refusal::reused;
    made.message = "the authority said so";
    made.access_token = hash(name + "-access");
    made.successor = hash(name + "-next");
    made.first_sent = at(1'800'000'001);
    made.last_sent = at(1'800'000'002);
    made.next_try = at(1'800'000'003);
    made.failures = 4;
    made.doubt_tries = 5;
    made.confirmations = 6;
    made.grace_used = true;
    return made;
  }

  static intent note(uint64_t flight) { return {hash("refresh-a"), flight, at(1'800'000'004)}; }

  std::unique_ptr<credential_store> open() { return place_->open(); }
  void kill(std::unique_ptr<credential_store> store) { place_->kill(std::move(store)); }

  static stored load(credential_store& store) {
    auto loaded = store.load();
    EXPECT_EQ(loaded.error.code, ec::none) << loaded.error.message;
    return loaded.found;
  }

  static void expect_success(const store_outcome& outcome) { EXPECT_EQ(outcome.code, ec::none) << outcome.message; }

  /// A failure has the code, says what and where, and quotes no token.
  static void expect_failure(const store_outcome& outcome, ec code, credential_store& store) {
    EXPECT_EQ(to_string(outcome.code), to_string(code)) << outcome.message;
    EXPECT_FALSE(outcome.message.empty());
    EXPECT_EQ(outcome.message.find(token_mark), std::string::npos);
    EXPECT_FALSE(store.where().empty());
  }

  static void expect_same(const credential& left, const credential& right) {
    EXPECT_EQ(left.method, right.method);
    EXPECT_FALSE(materially_changed(left, right));
    EXPECT_EQ(left.account, right.account);
    EXPECT_EQ(left.login_id, right.login_id);
    EXPECT_EQ(left.expires_at, right.expires_at);
    EXPECT_EQ(left.refreshed_at, right.refreshed_at);
  }

  std::unique_ptr<store_place> place_ = GetParam().make_place();
};

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(store_contract);

// -- load -------------------------------------------------------------------------------------------------------------

TEST_P(store_contract, given_nothing_stored_when_loaded_then_it_is_empty_and_no_failure) {
  auto store = open();
  auto found = load(*store);
  EXPECT_EQ(found.credential.method, auth_method::none);
  EXPECT_TRUE(found.ledger.empty());
  EXPECT_FALSE(found.intent);
  EXPECT_FALSE(store->where().empty());
}

TEST_P(store_contract, given_a_managed_credential_when_its_writer_died_then_every_value_is_there) {
  auto writer = open();
  expect_success(writer->put(managed("a")).error);
  kill(std::move(writer));
  expect_same(load(*open()).credential, managed("a"));
}

TEST_P(store_contract, given_an_api_key_when_loaded_then_every_value_is_there) {
  credential key;
  key.method = auth_method::api_key;
  key.api_key = token("key");
  key.login_id = "login-2";
  key.refreshed_at = at(1'800'000'000);
  expect_success(open()->put(key).error);
  expect_same(load(*open()).credential, key);
}

TEST_P(store_contract, given_an_external_credential_when_loaded_then_every_value_is_there) {
  auto external = managed("a");
  external.method = auth_method::external;
  external.refresh_token = {};
  expect_success(open()->put(external).error);
  expect_same(load(*open()).credential, external);
}

TEST_P(store_contract, given_a_credential_without_account_and_dates_when_loaded_then_nothing_is_invented) {
  auto bare = managed("a", "");
  bare.account = {};
  bare.id_token = {};
  bare.expires_at = bare.refreshed_at = unknown_time;
  expect_success(open()->put(bare).error);
  expect_same(load(*open()).credential, bare);
}

// -- the lease --------------------------------------------------------------------------------------------------------

TEST_P(store_contract, given_a_holder_when_another_acquires_then_it_is_busy) {
  auto first = open(), second = open();
  expect_success(first->acquire());
  expect_failure(second->acquire(), ec::store_busy, *second);
}

TEST_P(store_contract, given_a_holder_when_it_acquires_again_then_it_still_has_it) {
  auto first = open(), second = open();
  expect_success(first->acquire());
  expect_success(first->acquire());
  expect_failure(second->acquire(), ec::store_busy, *second);
}

TEST_P(store_contract, given_a_holder_when_it_acquired_twice_and_releases_once_then_another_gets_it) {
  auto first = open(), second = open();
  expect_success(first->acquire());
  expect_success(first->acquire());
  first->release();
  expect_success(second->acquire());
  expect_failure(first->acquire(), ec::store_busy, *first);
}

TEST_P(store_contract, given_a_holder_when_its_process_dies_then_another_gets_the_lease) {
  auto first = open(), second = open();
  expect_success(first->acquire());
  kill(std::move(first));
  expect_success(second->acquire());
}

TEST_P(store_contract, given_a_holder_when_its_object_ends_then_another_gets_the_lease) {
  auto first = open(), second = open();
  expect_success(first->acquire());
  first.reset();
  expect_success(second->acquire());
}

TEST_P(store_contract, given_no_lease_when_released_then_nothing_happens_to_the_holder) {
  auto first = open(), second = open(), third = open();
  second->release();
  expect_success(first->acquire());
  second->release();
  expect_failure(third->acquire(), ec::store_busy, *third);
}

// -- intent and ledger ------------------------------------------------------------------------------------------------

TEST_P(store_contract, given_the_lease_when_the_writer_of_an_intent_dies_then_intent_and_ledger_are_there) {
  auto writer = open();
  expect_success(writer->acquire());
  expect_success(writer->write_intent(note(0xFEDCBA9876543210), {entry("a"), entry("b")}));
  kill(std::move(writer));
  auto found = load(*open());
  ASSERT_TRUE(found.intent);
  EXPECT_EQ(*found.intent, note(0xFEDCBA9876543210));
  EXPECT_EQ(found.ledger, (ledger{entry("a"), entry("b")}));
}

TEST_P(store_contract, given_every_fate_and_reason_when_loaded_then_they_are_the_same) {
  ledger entries;
  for (auto fate : {token_fate::sent, token_fate::in_doubt, token_fate::spent, token_fate::refused})
    for (auto reason : {refusal::none, refusal::expired, refusal::reused, refusal::revoked, refusal::unknown,
                        refusal::other_account}) {
      auto made = entry("x" + std::to_string(entries.size()));
      made.fate = fate;
      made.reason = reason;
      entries.push_back(made);
    }
  ledger_entry plain;
  plain.refresh_token = hash("plain");
  entries.push_back(plain);
  auto store = open();
  expect_success(store->acquire());
  expect_success(store->write_ledger(entries));
  EXPECT_EQ(load(*open()).ledger, entries);
}

TEST_P(store_contract, given_no_lease_when_an_intent_is_written_then_it_is_refused_and_nothing_is_written) {
  auto store = open();
  expect_failure(store->write_intent(note(1), {entry("a")}), ec::store_unwritable, *store);
  expect_failure(store->write_ledger({entry("a")}), ec::store_unwritable, *store);
  auto found = load(*store);
  EXPECT_FALSE(found.intent);
  EXPECT_TRUE(found.ledger.empty());
}

TEST_P(store_contract, given_a_lease_that_was_released_when_an_intent_is_written_then_it_is_refused) {
  auto first = open(), second = open();
  expect_success(first->acquire());
  first->release();
  expect_failure(first->write_intent(note(1), {}), ec::store_unwritable, *first);
  expect_success(second->acquire());
  expect_failure(first->write_intent(note(1), {}), ec::store_unwritable, *first);
  expect_failure(first->write_ledger({entry("a")}), ec::store_unwritable, *first);
  expect_success(second->write_intent(note(2), {}));
  EXPECT_EQ(load(*first).intent, note(2));
}

TEST_P(store_contract, given_an_intent_when_the_ledger_is_written_then_the_intent_stays) {
  auto store = open();
  expect_success(store->acquire());
  expect_success(store->write_intent(note(7), {entry("a")}));
  expect_success(store->write_ledger({entry("b")}));
  auto found = load(*open());
  EXPECT_EQ(found.intent, note(7));
  EXPECT_EQ(found.ledger, ledger{entry("b")});
}

TEST_P(store_contract, given_a_longer_ledger_when_written_then_the_newest_are_kept) {
  ledger entries;
  for (size_t i = 0; i < ledger_size_max + 5; ++i)
    entries.push_back(entry("x" + std::to_string(i)));
  auto store = open();
  expect_success(store->acquire());
  expect_success(store->write_ledger(entries));
  EXPECT_EQ(load(*open()).ledger, ledger(entries.begin() + 5, entries.end()));
  expect_success(store->write_intent(note(1), entries));
  EXPECT_EQ(load(*open()).ledger, ledger(entries.begin() + 5, entries.end()));
}

TEST_P(store_contract, given_an_intent_when_its_flight_clears_it_then_only_the_ledger_stays) {
  auto store = open();
  expect_success(store->acquire());
  expect_success(store->write_intent(note(7), {entry("a")}));
  expect_success(store->clear_intent(7));
  auto found = load(*open());
  EXPECT_FALSE(found.intent);
  EXPECT_EQ(found.ledger, ledger{entry("a")});
}

TEST_P(store_contract, given_an_intent_when_another_flight_clears_then_it_stays) {
  auto store = open();
  expect_success(store->acquire());
  expect_success(store->write_intent(note(7), {}));
  expect_success(store->clear_intent(8));
  EXPECT_EQ(load(*open()).intent, note(7));
}

TEST_P(store_contract, given_no_intent_when_cleared_then_nothing_happens) {
  auto store = open();
  expect_success(store->acquire());
  expect_success(store->clear_intent(7));
  EXPECT_FALSE(load(*store).intent);
}

// -- commit -----------------------------------------------------------------------------------------------------------

TEST_P(store_contract, given_the_token_that_was_sent_when_committed_then_it_is_replaced_for_everyone) {
  auto store = open();
  expect_success(store->put(managed("a")).error);
  auto next = managed("b");
  next.expires_at = at(1'900'000'001);
  next.refreshed_at = at(1'800'000'001);
  EXPECT_EQ(store->commit(next, hash("refresh-a")).outcome, commit_outcome::saved);
  kill(std::move(store));
  expect_same(load(*open()).credential, next);
}

TEST_P(store_contract, given_another_token_when_committed_then_conflict_and_nothing_is_written) {
  auto first = open(), second = open();
  expect_success(first->put(managed("a")).error);
  expect_success(second->put(managed("other", "account-2")).error);
  EXPECT_EQ(first->commit(managed("b"), hash("refresh-a")).outcome, commit_outcome::conflict);
  expect_same(load(*first).credential, managed("other", "account-2"));
}

TEST_P(store_contract, given_an_empty_store_when_committed_then_conflict_and_nothing_is_written) {
  auto store = open();
  EXPECT_EQ(store->commit(managed("b"), hash("refresh-a")).outcome, commit_outcome::conflict);
  EXPECT_EQ(store->commit(managed("b"), token_hash{}).outcome, commit_outcome::conflict);
  EXPECT_EQ(load(*store).credential.method, auth_method::none);
}

TEST_P(store_contract, given_an_api_key_when_a_flight_commits_then_conflict) {
  auto store = open();
  credential key;
  key.method = auth_method::api_key;
  key.api_key = token("key");
  expect_success(store->put(key).error);
  EXPECT_EQ(store->commit(managed("b"), hash("refresh-a")).outcome, commit_outcome::conflict);
  EXPECT_EQ(load(*store).credential.method, auth_method::api_key);
}

TEST_P(store_contract, given_a_commit_that_was_written_when_tried_again_then_it_counts_as_saved) {
  auto first = open(), second = open();
  expect_success(first->put(managed("a")).error);
  EXPECT_EQ(first->commit(managed("b"), hash("refresh-a")).outcome, commit_outcome::saved);
  EXPECT_EQ(first->commit(managed("b"), hash("refresh-a")).outcome, commit_outcome::saved);
  EXPECT_EQ(second->commit(managed("b"), hash("refresh-a")).outcome, commit_outcome::saved);
  expect_same(load(*second).credential, managed("b"));
}

TEST_P(store_contract, given_a_refresh_token_that_does_not_rotate_when_committed_then_the_access_token_is_new) {
  auto store = open();
  expect_success(store->put(managed("a")).error);
  auto next = managed("b");
  next.refresh_token = token("refresh-a");
  EXPECT_EQ(store->commit(next, hash("refresh-a")).outcome, commit_outcome::saved);
  expect_same(load(*open()).credential, next);
}

TEST_P(store_contract, given_ledger_and_intent_when_committed_then_they_stay) {
  auto store = open();
  expect_success(store->put(managed("a")).error);
  expect_success(store->acquire());
  expect_success(store->write_intent(note(7), {entry("a")}));
  EXPECT_EQ(store->commit(managed("b"), hash("refresh-a")).outcome, commit_outcome::saved);
  auto found = load(*open());
  EXPECT_EQ(found.intent, note(7));
  EXPECT_EQ(found.ledger, ledger{entry("a")});
}

TEST_P(store_contract, given_two_committers_of_one_token_when_they_race_then_exactly_one_is_saved) {
  for (int round = 0; round < 10; ++round) {
    auto first = open(), second = open();
    expect_success(first->put(managed("a")).error);
    std::atomic<int> saved{0}, conflicts{0};
    auto race = [&](credential_store& store, const std::string& name) {
      auto result = store.commit(managed(name), hash("refresh-a"));
      ++(result.outcome == commit_outcome::conflict ? conflicts : saved);
      EXPECT_NE(result.outcome, commit_outcome::failed) << result.error.message;
    };
    std::thread other{[&] { race(*second, "c"); }};
    race(*first, "b");
    other.join();
    EXPECT_EQ(saved, 1);
    EXPECT_EQ(conflicts, 1);
  }
}

// -- put and take -----------------------------------------------------------------------------------------------------

TEST_P(store_contract, given_a_lease_held_by_another_when_somebody_logs_in_then_it_does_not_wait) {
  auto holder = open(), login = open();
  expect_success(holder->put(managed("a")).error);
  expect_success(holder->acquire());
  expect_success(holder->write_intent(note(7), {entry("a")}));
  auto result = login->put(managed("new", "account-2"));
  expect_success(result.error);
  expect_same(result.found.credential, managed("new", "account-2"));
  EXPECT_EQ(result.found.intent, note(7));
  EXPECT_EQ(result.found.ledger, ledger{entry("a")});
  auto found = load(*holder);
  expect_same(found.credential, managed("new", "account-2"));
  EXPECT_EQ(found.intent, note(7));
  EXPECT_EQ(found.ledger, ledger{entry("a")});
  EXPECT_EQ(holder->commit(managed("b"), hash("refresh-a")).outcome, commit_outcome::conflict);
}

TEST_P(store_contract, given_a_login_of_another_method_when_loaded_then_nothing_of_the_old_one_is_left) {
  auto store = open();
  expect_success(store->put(managed("a")).error);
  credential key;
  key.method = auth_method::api_key;
  key.api_key = token("key");
  expect_success(store->put(key).error);
  expect_same(load(*store).credential, key);
  expect_success(store->put(managed("b")).error);
  expect_same(load(*store).credential, managed("b"));
}

TEST_P(store_contract, given_a_credential_when_taken_then_it_is_returned_and_gone_and_the_ledger_stays) {
  auto holder = open(), logout = open();
  expect_success(holder->put(managed("a")).error);
  expect_success(holder->acquire());
  expect_success(holder->write_intent(note(7), {entry("a")}));
  auto taken = logout->take();
  expect_success(taken.error);
  expect_same(taken.erased, managed("a"));
  auto found = load(*holder);
  EXPECT_EQ(found.credential.method, auth_method::none);
  EXPECT_EQ(found.intent, note(7));
  EXPECT_EQ(found.ledger, ledger{entry("a")});
  EXPECT_EQ(holder->commit(managed("b"), hash("refresh-a")).outcome, commit_outcome::conflict);
}

TEST_P(store_contract, given_nothing_stored_when_taken_then_nothing_is_erased_and_it_is_no_failure) {
  auto store = open();
  auto taken = store->take();
  expect_success(taken.error);
  EXPECT_EQ(taken.erased.method, auth_method::none);
}

TEST_P(store_contract, given_two_logouts_when_they_race_then_exactly_one_gets_the_credential) {
  for (int round = 0; round < 10; ++round) {
    auto first = open(), second = open();
    expect_success(first->put(managed("a")).error);
    std::atomic<int> got{0};
    auto race = [&](credential_store& store) {
      auto taken = store.take();
      EXPECT_EQ(taken.error.code, ec::none) << taken.error.message;
      got += taken.erased.method == auth_method::none ? 0 : 1;
    };
    std::thread other{[&] { race(*second); }};
    race(*first);
    other.join();
    EXPECT_EQ(got, 1);
  }
}

TEST_P(store_contract, given_a_reader_when_others_write_then_it_never_sees_half_of_a_change) {
  auto writer = open(), reader = open();
  expect_success(writer->put(managed("0")).error);
  std::atomic<bool> done{false};
  std::thread writing{[&] {
    for (int i = 1; i < 30; ++i) {
      auto next = managed(std::to_string(i));
      next.expires_at = at(1'900'000'000 + i);
      writer->commit(next, hash("refresh-" + std::to_string(i - 1)));
    }
    done = true;
  }};
  while (!done) {
    auto loaded = reader->load();
    ASSERT_EQ(loaded.error.code, ec::none) << loaded.error.message;
    auto number = (loaded.found.credential.expires_at - at(1'900'000'000)) / std::chrono::seconds{1};
    EXPECT_EQ(loaded.found.credential.refresh_token, token("refresh-" + std::to_string(number)));
    EXPECT_EQ(loaded.found.credential.access_token, token("access-" + std::to_string(number)));
  }
  writing.join();
}

// -- watch ------------------------------------------------------------------------------------------------------------

TEST_P(store_contract, given_a_watch_when_another_changes_the_credential_then_it_is_called_each_time) {
  auto watching = open(), other = open();
  call_counter calls;
  expect_success(watching->watch(calls.callback()));
  expect_success(other->put(managed("a")).error);
  ASSERT_TRUE(calls.wait_beyond(0));
  // A change may be told more than once: wait until what was told is what is there, then change it again.
  auto seen = calls.count();
  EXPECT_EQ(other->commit(managed("b"), hash("refresh-a")).outcome, commit_outcome::saved);
  ASSERT_TRUE(calls.wait_beyond(seen));
  seen = calls.count();
  expect_success(other->take().error);
  ASSERT_TRUE(calls.wait_beyond(seen));
  expect_success(watching->watch({}));
}

TEST_P(store_contract, given_a_watch_when_replaced_then_only_the_new_one_is_called) {
  auto watching = open(), other = open();
  call_counter before, after;
  expect_success(watching->watch(before.callback()));
  expect_success(watching->watch(after.callback()));
  auto ended_with = before.count();
  expect_success(other->put(managed("a")).error);
  ASSERT_TRUE(after.wait_beyond(0));
  EXPECT_EQ(before.count(), ended_with);
  expect_success(watching->watch({}));
}

TEST_P(store_contract, given_a_watch_when_ended_then_it_is_not_called_any_more) {
  auto watching = open(), other = open(), witness = open();
  call_counter calls, witnessed;
  expect_success(watching->watch(calls.callback()));
  expect_success(witness->watch(witnessed.callback()));
  expect_success(watching->watch({}));
  auto ended_with = calls.count();
  expect_success(other->put(managed("a")).error);
  ASSERT_TRUE(witnessed.wait_beyond(0));
  EXPECT_EQ(calls.count(), ended_with);
  expect_success(witness->watch({}));
}

TEST_P(store_contract, given_a_watch_when_its_store_ends_then_it_is_not_called_any_more) {
  auto watching = open(), other = open(), witness = open();
  call_counter calls, witnessed;
  expect_success(watching->watch(calls.callback()));
  expect_success(witness->watch(witnessed.callback()));
  watching.reset();
  auto ended_with = calls.count();
  expect_success(other->put(managed("a")).error);
  ASSERT_TRUE(witnessed.wait_beyond(0));
  EXPECT_EQ(calls.count(), ended_with);
  expect_success(witness->watch({}));
}

} // namespace breakwater::testing
