#include "breakwater/core/jwt_claims.hpp"
#include "breakwater/messages/token_hash.hpp"
#include "breakwater/tests/process/fleet.hpp"
#include "breakwater/tests/process/lease_holder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>
#include <sstream>
#include <thread>

#include <signal.h>

/// Processes that are killed at any moment. What a kill may cost is the in-doubt window and nothing else: a request was
/// sent, and its answer is not yet durable. Then the in-doubt rule decides, and a strict authority may end the grant.
namespace breakwater::testing {

namespace {

using std::chrono::seconds;

constexpr size_t process_count = 8, callers_each = 100;
constexpr milliseconds token_life{300};
constexpr milliseconds settle{1'000};

wall_time end_of(const std::string& access_token) { return parse_jwt_claims(secret{access_token}).expires_at; }

/// The refresh token, by the first digits of its hash, whose flight had not come to a durable end; empty: none.
std::string open_flight_in(const std::string& log) {
  constexpr std::string_view began = "flight_started: refresh token ";
  std::string open;
  std::istringstream lines{log};
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(began))
      open = line.substr(began.size(), 8);
    else if (line.starts_with("issued:") || line.starts_with("saved:") ||
             line.starts_with("adopted: the store was changed"))
      open.clear();
  return open;
}

uint64_t chosen_seed() {
  if (auto* given = std::getenv("BREAKWATER_SEED"))
    return std::strtoull(given, nullptr, 10);
  return std::random_device{}();
}

class killing : public ::testing::Test {
protected:
  void begin(fleet_settings settings) {
    settings.authority.access_token_ttl = token_life;
    settings.authority.delay = milliseconds{20};
    for (auto* each : {"--log", "--backoff-min", "100", "--settle"})
      settings.arguments.emplace_back(each);
    settings.arguments.push_back(std::to_string(settle.count()));
    std::printf("BREAKWATER_SEED=%llu makes the same choices\n", static_cast<unsigned long long>(seed_));
    all_.emplace(std::move(settings));
    family_ = all_->log_in();
    all_->start_all(process_count);
    ASSERT_TRUE(all_->are_ready());
    for (size_t i = 0; i < all_->size(); ++i)
      set_callers_to_work(i);
  }

  void set_callers_to_work(size_t index) {
    all()[index].tell({{"do", "loop"}, {"callers", callers_each}, {"min_validity_ms", 30}, {"stream", true}});
  }

  fleet& all() { return *all_; }
  uint64_t random_below(uint64_t limit) { return random_() % limit; }

  /// One in eight looks for somebody in flight, or most kills would meet idle processes.
  size_t victim() {
    if (random_below(8) == 0)
      for (int tries = 0; tries < 100; ++tries) {
        auto pid = holder_of_lock(all().file() + ".breakwater-lease");
        for (size_t i = 0; i < all().size(); ++i)
          if (pid != 0 && all()[i].pid() == pid)
            return i;
        std::this_thread::sleep_for(milliseconds{3});
      }
    return random_below(all().size());
  }

  void kill_one() {
    std::this_thread::sleep_for(milliseconds{20 + random_below(160)});
    auto index = victim();
    std::this_thread::sleep_for(std::chrono::microseconds{random_below(20'000)});
    all()[index].signal(SIGKILL);
    EXPECT_EQ(all()[index].wait(), -SIGKILL);
    ++kills_;
    if (auto token = open_flight_in(all()[index].errors()); !token.empty())
      ++open_kills_[token];
    look_for_what_was_acknowledged();
    all().restart(index);
    set_callers_to_work(index);
  }

  /// Whatever any caller was handed is in the file, or something newer.
  void look_for_what_was_acknowledged() {
    for (size_t i = 0; i < all().size(); ++i)
      for (const auto& line : all()[i].notices())
        acknowledged_ = std::max(acknowledged_, end_of(line.value("token", "")));
    auto found = all().stored();
    ASSERT_EQ(found.error.code, ec::none) << found.error.message;
    EXPECT_GE(end_of(std::string{found.found.credential.access_token.reveal()}), acknowledged_)
        << "a token that a caller was handed is not in the file";
  }

  /// A grant that a kill cost: everybody knows, nobody asks the authority, and a login ends it.
  void mourn() {
    ++deaths_;
    std::vector<nlohmann::json> answers;
    EXPECT_TRUE(eventually([&] {
      answers = all().ask_all({{"do", "status"}, {"refresh", true}});
      return std::ranges::all_of(answers, [](const auto& each) {
        return each.value("health", "") == "poisoned" && each.value("method", "") == "oauth" &&
               each.value("token", "?").empty();
      });
    })) << "poisoned, everywhere: "
        << nlohmann::json{answers};
    auto before = all().authority().totals().token_requests;
    for (const auto& each : all().ask_all(command("refresh")))
      EXPECT_EQ(each.value("error", ""), "refresh_refused");
    EXPECT_EQ(all().authority().totals().token_requests, before) << "no request for a grant known to be dead";
    auto grant = all().authority().issue(fleet_account);
    family_ = grant.family;
    if (random_below(2) == 0) {
      EXPECT_TRUE(all().store_login(grant));
    } else {
      auto status = all()[random_below(all().size())].ask(login_command(grant));
      EXPECT_EQ(status.value("health", ""), "ok") << status;
    }
  }

  uint64_t rotations() {
    auto counted = all().authority().stats();
    uint64_t sum = 0;
    for (const auto& each : counted.families)
      sum += each.rotations;
    return sum;
  }

  void run(uint64_t kills_wanted, uint64_t rotations_wanted) {
    while (kills_ < kills_wanted && !HasFatalFailure()) {
      if (!all().authority().is_alive(family_))
        mourn();
      else
        kill_one();
    }
    EXPECT_TRUE(eventually(
        [&] {
          if (!all().authority().is_alive(family_))
            mourn();
          look_for_what_was_acknowledged();
          return rotations() >= rotations_wanted;
        },
        seconds{120}))
        << "only " << rotations() << " rotations";
    EXPECT_TRUE(eventually([&] {
      if (!all().authority().is_alive(family_))
        mourn();
      auto answers = all().ask_all({{"do", "token"}, {"min_validity_ms", 100}});
      return std::ranges::all_of(answers, [](const auto& each) { return each.contains("token"); });
    })) << "everybody gets a token again";
    all().ask_all(command("end_loop"));
    all().finish_all();
    judge_requests();
  }

  /// What holds whatever the authority does with a token that comes twice.
  void judge_requests() {
    auto counted = all().authority().stats();
    EXPECT_EQ(counted.token_requests, rotations() + counted.replays) << "each request rotated a token or was a replay";
    for (const auto& each : counted.tokens) {
      EXPECT_LE(each.received, 1 + open_kills_[each.hash])
          << each.hash << ": each second request is explained by a kill between the first and its durable answer";
      EXPECT_LE(each.replayed, open_kills_[each.hash]) << each.hash;
    }
    std::map<std::string, span> last;
    for (const auto& each : counted.timeline) {
      if (auto found = last.find(each.hash); found != last.end()) {
        EXPECT_GE(each.at - found->second, settle * 3 / 4) << each.hash << ": tried again before it was settled";
      }
      last[each.hash] = each.at;
    }
    uint64_t windows = 0;
    for (const auto& [token, kills] : open_kills_)
      windows += kills;
    std::printf("%llu kills, %llu of them in flight: %llu rotations, %llu requests, %llu in-doubt replays, "
                "%llu grants ended\n",
                static_cast<unsigned long long>(kills_), static_cast<unsigned long long>(windows),
                static_cast<unsigned long long>(rotations()), static_cast<unsigned long long>(counted.token_requests),
                static_cast<unsigned long long>(counted.replays), static_cast<unsigned long long>(deaths_));
    EXPECT_GT(windows, 0u) << "no kill met a flight: this run shows nothing";
  }

  uint64_t seed_ = chosen_seed();
  std::mt19937_64 random_{seed_};
  std::optional<fleet> all_;
  uint64_t family_ = 0, kills_ = 0, deaths_ = 0;
  wall_time acknowledged_ = unknown_time;
  std::map<std::string, uint64_t> open_kills_;
};

} // namespace

TEST_F(killing, given_an_authority_with_a_grace_when_150_processes_are_killed_then_the_grant_lives_to_the_end) {
  fleet_settings settings;
  settings.authority.on_reuse = fake::reuse::grace;
  settings.authority.grace = seconds{60};
  settings.arguments = {"--replay-grace", "60"};
  begin(settings);
  run(150, 100);
  auto counted = all().authority().stats();
  EXPECT_TRUE(all().authority().is_alive(family_));
  EXPECT_EQ(deaths_, 0u);
  EXPECT_EQ(counted.families_revoked, 0u);
  EXPECT_EQ(counted.replays, counted.replays_in_grace);
  EXPECT_EQ(counted.refused, 0u);
}

TEST_F(killing, given_a_strict_authority_when_150_processes_are_killed_then_only_a_kill_in_flight_ends_a_grant) {
  begin({});
  run(150, 100);
  auto counted = all().authority().stats();
  EXPECT_TRUE(all().authority().is_alive(family_));
  for (const auto& each : counted.families)
    EXPECT_TRUE(each.alive || each.replays > 0) << "family " << each.id;
  EXPECT_EQ(counted.families_revoked, deaths_);
  EXPECT_EQ(counted.replays_in_grace, 0u);
}

} // namespace breakwater::testing
