#include "breakwater/storage/file_store.hpp"
#include "breakwater/storage/sealed_store.hpp"
#include "breakwater/tests/fault/forgetful_fs/mount.hpp"
#include "breakwater/tests/fault/power_cut_samples.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <set>

#include <sys/stat.h>
#include <unistd.h>

namespace breakwater::testing {

namespace {

/// One call of a store, and what it is called in messages.
struct step {
  std::string name;
  std::function<failure(credential_store&)> run;
};

enum class kind { plain, encrypted };
std::string name_of(kind which) { return which == kind::plain ? "plain" : "encrypted"; }
std::ostream& operator<<(std::ostream& out, kind which) { return out << name_of(which); }

/// Runs a save on a disk that forgets, and cuts its power after every operation, with every outcome.
class power_cut : public ::testing::TestWithParam<kind> {
protected:
  void SetUp() override {
    if (mount_.problem())
      GTEST_SKIP() << "needs FUSE: " << *mount_.problem();
  }

  std::unique_ptr<credential_store> open() const { return open(file_); }
  std::unique_ptr<credential_store> open(const std::string& file) const {
    document_store_settings impatient{std::chrono::milliseconds{500}, std::chrono::milliseconds{1}};
    // As cheap as a passphrase can be: what is tested is the disk.
    sealed_settings cheap{1, 8192};
    if (GetParam() == kind::encrypted)
      return std::make_unique<sealed_store>(mount_ / file, secret{"a passphrase"}, cheap, impatient);
    return std::make_unique<file_store>(mount_ / file, impatient);
  }

  /// What a fresh store finds; a failure is a finding, too.
  std::string found() const {
    auto read = open()->load();
    return read.error ? "FAILED: " + to_string(read.error.code) + ": " + read.error.message : describe(read.found);
  }

  /// Makes `before` calls on a calm machine; then cuts in the middle of each of `steps` and after it.
  void cut_everywhere(const std::function<void(credential_store&)>& before, const std::vector<step>& steps) {
    {
      auto store = open();
      before(*store);
      mount_.settle();
      states_ = {found()};
      mount_.record();
      for (const auto& each : steps) {
        auto failed = each.run(*store);
        ASSERT_EQ(failed.code, ec::none) << each.name << ": " << failed.message;
        ends_.push_back(mount_.recorded_count());
        states_.push_back(found());
        ASSERT_EQ(mount_.recorded_count(), ends_.back()) << "reading changes nothing";
        ASSERT_NE(states_.back(), states_[states_.size() - 2]) << each.name << " has to change something";
      }
    }
    auto moments = mount_.recorded();
    for (size_t i = 0; i < moments.size() && !HasFailure(); ++i)
      cut_at(moments[i], i + 1, steps);
    RecordProperty("operations", static_cast<int>(moments.size()));
    RecordProperty("outcomes", static_cast<int>(outcomes_));
    std::cout << "cut after each of " << moments.size() << " operations, " << outcomes_ << " outcomes\n";
  }

private:
  void cut_at(const disk_moment& moment, size_t count, const std::vector<step>& steps) {
    auto during = static_cast<size_t>(std::ranges::lower_bound(ends_, count) - ends_.begin());
    auto acknowledged = ends_[during] == count;
    for (const auto& outcome : moment.disk.outcomes()) {
      ++outcomes_;
      mount_.power_on(moment.disk.after_cut(outcome));
      auto after = found();
      auto is_old = after == states_[during] && !acknowledged;
      auto where = steps[during].name + (acknowledged ? ", acknowledged" : "") + ", cut after operation " +
                   std::to_string(count) + " (" + moment.operation + "), changes kept " +
                   std::to_string(outcome.kept_changes) + ", bytes " + to_string(outcome.data);
      ASSERT_TRUE(is_old || after == states_[during + 1])
          << where << "\n  found: " << after << "\n  old:   " << states_[during]
          << "\n  new:   " << states_[during + 1];
      if (outcome.kept_changes == 0 || outcome.data == unsynced_data::none)
        expect_life_goes_on(where);
      if (HasFailure())
        return;
    }
  }

  /// What the cut left behind is in nobody's way, and no token stays in it.
  void expect_life_goes_on(const std::string& where) {
    auto next = open();
    auto got = next->acquire();
    ASSERT_EQ(got.code, ec::none) << where << ": " << got.message;
    auto noted = next->write_ledger({});
    ASSERT_EQ(noted.code, ec::none) << where << ": " << noted.message;
    auto put = next->put(managed("later"));
    ASSERT_EQ(put.error.code, ec::none) << where << ": " << put.error.message;
    std::set<std::string> left;
    for (auto& entry : std::filesystem::directory_iterator{std::filesystem::path{mount_ / file_}.parent_path()})
      if (entry.path().filename().string().find(".breakwater-") != std::string::npos &&
          entry.path().filename().string().front() == '.')
        left.insert(entry.path().filename());
    ASSERT_TRUE(left.empty()) << where << ": left behind: " << *left.begin();
  }

protected:
  forgetful_mount mount_;
  std::string file_ = "auth.json";

private:
  std::vector<std::string> states_;
  /// The number of operations recorded when each step had returned.
  std::vector<size_t> ends_;
  size_t outcomes_ = 0;
};

const step note_intent{"write_intent",
                       [](credential_store& store) { return store.write_intent(sample_intent(), {sent_entry("a")}); }};
const step clear_intent{"clear_intent",
                        [](credential_store& store) { return store.clear_intent(sample_intent().flight); }};

void log_in_and_lease(credential_store& store) {
  ASSERT_EQ(store.put(managed("a")).error.code, ec::none);
  ASSERT_EQ(store.acquire().code, ec::none);
}

} // namespace

TEST_P(power_cut, given_a_refresh_when_the_power_fails_then_each_step_is_whole_and_what_was_acknowledged_stays) {
  cut_everywhere(
      log_in_and_lease,
      {note_intent,
       {"commit", [](credential_store& store) { return store.commit(managed("b"), hash("a")).error; }},
       {"write_ledger (spent)", [](credential_store& store) { return store.write_ledger({spent_entry("a", "b")}); }},
       clear_intent});
}

TEST_P(power_cut, given_a_refusal_when_the_power_fails_then_the_intent_or_the_refused_token_is_remembered) {
  cut_everywhere(log_in_and_lease, {note_intent,
                                    {"write_ledger (refused)",
                                     [](credential_store& store) { return store.write_ledger({refused_entry("a")}); }},
                                    clear_intent});
}

TEST_P(power_cut, given_a_commit_tried_again_when_the_power_fails_then_it_is_whole) {
  cut_everywhere(log_in_and_lease,
                 {{"commit", [](credential_store& store) { return store.commit(managed("b"), hash("a")).error; }},
                  {"commit of the next", [](credential_store& store) {
                     // The same again writes again: a failed fsync must be made good. It changes nothing that is seen.
                     auto again = store.commit(managed("b"), hash("a")).error;
                     return again ? again : store.commit(managed("c"), hash("b")).error;
                   }}});
}

TEST_P(power_cut, given_a_first_login_when_the_power_fails_then_logged_out_or_logged_in) {
  cut_everywhere([](credential_store&) {},
                 {{"put", [](credential_store& store) { return store.put(managed("a")).error; }}});
}

TEST_P(power_cut, given_a_first_login_without_a_directory_when_the_power_fails_then_logged_out_or_logged_in) {
  file_ = "home/auth.json";
  cut_everywhere([](credential_store&) {},
                 {{"put", [](credential_store& store) { return store.put(managed("a")).error; }}});
}

TEST_P(power_cut, given_a_login_over_another_account_when_the_power_fails_then_one_of_them_whole) {
  cut_everywhere(log_in_and_lease, {{"put", [](credential_store& store) {
                                       auto other = managed("bob");
                                       other.account.id = "account-2";
                                       return store.put(other).error;
                                     }}});
}

TEST_P(power_cut, given_a_logout_when_the_power_fails_then_logged_in_or_out) {
  cut_everywhere(log_in_and_lease, {{"take", [](credential_store& store) { return store.take().error; }},
                                    {"put", [](credential_store& store) { return store.put(managed("c")).error; }}});
}

TEST_P(power_cut, given_a_link_to_the_file_when_the_power_fails_at_refresh_and_logout_then_the_same) {
  std::filesystem::create_directory(mount_ / "real");
  ASSERT_EQ(::chmod((mount_ / "real").c_str(), 0700), 0);
  ASSERT_EQ(open("real/auth.json")->put(managed("z")).error.code, ec::none);
  std::filesystem::create_symlink("real/auth.json", mount_ / "auth.json");
  cut_everywhere(log_in_and_lease,
                 {note_intent,
                  {"commit", [](credential_store& store) { return store.commit(managed("b"), hash("a")).error; }},
                  {"take", [](credential_store& store) { return store.take().error; }}});
}

INSTANTIATE_TEST_SUITE_P(, power_cut, ::testing::Values(kind::plain, kind::encrypted),
                         [](const auto& each) { return name_of(each.param); });

} // namespace breakwater::testing
