#include "breakwater/core/jwt_claims.hpp"
#include "breakwater/tests/fault/fault_home.hpp"
#include "breakwater/tests/fault/foreign_writer.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <filesystem>
#include <random>

#include <sys/stat.h>
#include <unistd.h>

namespace breakwater::testing {

namespace {

using json = nlohmann::json;

constexpr int writes = 1'000;
/// Commands whose answers are still open.
constexpr size_t open_max = 8;
/// A backup is not older than this many credentials: a ledger remembers the last 32.
constexpr size_t backups_max = 6;
/// Just more than is read.
constexpr size_t huge = (size_t{1} << 20) + 1;

/// What is in the file now; an object, or something else.
json document_in(const std::string& text) { return text.size() < huge ? json::parse(text, nullptr, false) : json{}; }

std::string account_in(const std::string& token) { return parse_jwt_claims(secret{token}).account_id; }

/// Programs that write the file as they please, and callers of ours that ask all the time.
class foreign_storm : public ::testing::Test {
protected:
  void write_at_random();
  void ask_on();
  void hear_one();
  /// What lies there is ours and in order, or just what somebody else wrote.
  void expect_nothing_mixed();

  fault_home home_;
  subject_process subject_{home_.options({"--backoff-min", "10"})};
  std::mt19937_64 random_{20261123};
  std::string doing_;
  size_t asked_ = 0, answered_ = 0;

private:
  struct open_command {
    int id;
    size_t count;
    std::string doing;
  };

  size_t pick(size_t count) { return random_() % count; }
  foreign_way any_way() { return static_cast<foreign_way>(pick(3)); }
  void put(std::string doing, foreign_way way, std::string text);
  void swap_link(const std::string& text);
  void tell(json command, size_t count);
  void expect_alice(const json& answer, const std::string& doing) const;
  /// Keeps what lies there now, as a backup would.
  void back_up();
  /// Of a huge file nothing.
  std::string content() const;

  std::deque<open_command> open_;
  std::deque<std::string> backups_;
  /// What must still be there, byte by byte; empty: it may have been replaced by ours.
  std::string untouchable_;
  json generation_ = json::object();
};

void foreign_storm::put(std::string doing, foreign_way way, std::string text) {
  doing_ = doing + ", way " + std::to_string(static_cast<int>(way));
  write_as(way, home_.file(), text);
  auto document = document_in(text);
  auto is_alices = document.is_object() && document.contains("tokens") && document["tokens"]["account_id"] == "alice";
  // Who takes no lock can be overwritten by a save of ours that compared just before.
  untouchable_ = is_alices || way != foreign_way::under_locks || text.size() >= huge ? "" : text;
}

void foreign_storm::swap_link(const std::string& text) {
  static int number = 0;
  auto target = home_.directory() + "/elsewhere-" + std::to_string(++number % 4) + ".json";
  write_as(foreign_way::renamed, target, text);
  auto aside = home_.directory() + "/link";
  ::unlink(aside.c_str());
  if (::symlink(target.c_str(), aside.c_str()) == 0)
    ::rename(aside.c_str(), home_.file().c_str());
  doing_ = "a link swapped in";
  untouchable_.clear();
}

std::string foreign_storm::content() const {
  std::error_code gone;
  return std::filesystem::file_size(home_.file(), gone) < huge ? read_text(home_.file()) : "";
}

void foreign_storm::back_up() {
  auto text = content();
  auto document = document_in(text);
  if (!document.is_object() || !document.contains("tokens") || document["tokens"]["account_id"] != "alice")
    return;
  if (!backups_.empty() && backups_.back() == text)
    return;
  backups_.push_back(text);
  if (backups_.size() > backups_max)
    backups_.pop_front();
}

void foreign_storm::write_at_random() {
  back_up();
  switch (pick(16)) {
  case 0:
  case 1:
  case 2:
    return put("new tokens of ours", any_way(), document_of(home_.authority().issue("alice")));
  case 3:
  case 4:
    return put("another account", any_way(), document_of(home_.authority().issue("bob")));
  case 5: {
    auto text = document_of(home_.authority().issue(pick(2) != 0 ? "alice" : "bob"));
    return put("a torn file", any_way(), text.substr(0, pick(text.size())));
  }
  case 6:
    doing_ = "deleted";
    ::unlink(home_.file().c_str());
    untouchable_.clear();
    return;
  case 7: {
    constexpr mode_t modes[] = {0600, 0644, 0666, 0};
    auto mode = modes[pick(4)];
    doing_ = "mode " + std::to_string(mode);
    ::chmod(home_.file().c_str(), mode);
    return;
  }
  case 8:
    return swap_link(document_of(home_.authority().issue(pick(3) != 0 ? "alice" : "bob")));
  case 9:
  case 10:
    if (!backups_.empty())
      put("an old backup", any_way(), backups_[pick(backups_.size())]);
    return;
  case 11: {
    auto document = document_in(content());
    if (!document.is_object())
      return;
    document["last_refresh"] = "2026-11-11T11:11:" + std::to_string(10 + pick(50)) + "Z";
    return put("another last_refresh", any_way(), document.dump());
  }
  case 12:
    return put("a byte order mark", any_way(), "\xEF\xBB\xBF" + document_of(home_.authority().issue("alice")));
  case 13: {
    std::string text;
    for (auto c : document_of(home_.authority().issue("alice")))
      text += c == '\n' ? std::string{"\r\n"} : std::string{c};
    return put("CRLF", any_way(), text);
  }
  case 14:
    return put("a huge file", any_way(), std::string(huge, ' '));
  default:
    return put("an empty file", any_way(), "");
  }
}

void foreign_storm::tell(json command, size_t count) {
  command["count"] = count;
  open_.push_back({subject_.tell(std::move(command)), count, doing_});
  asked_ += count;
}

void foreign_storm::ask_on() {
  tell({{"do", "token"}}, 3);
  tell({{"do", "status"}}, 2);
  // Of what is held at this moment, so that a flight has to begin; the next write comes in the middle of it.
  if (pick(3) == 0)
    generation_ = status_of(subject_)["generation"];
  tell({{"do", "refresh"}, {"observed", generation_}}, 2);
  while (open_.size() > open_max)
    hear_one();
}

void foreign_storm::expect_alice(const json& answer, const std::string& doing) const {
  auto token = answer.value("token", "");
  EXPECT_TRUE(token.empty() || account_in(token) == "alice") << doing << ": " << answer;
  if (answer.contains("account")) {
    EXPECT_EQ(answer["account"], "alice") << doing;
  }
}

void foreign_storm::hear_one() {
  auto next = open_.front();
  open_.pop_front();
  auto answers = subject_.answers_to(next.id);
  ASSERT_EQ(answers.size(), next.count) << next.doing << "\n" << subject_.errors();
  answered_ += answers.size();
  for (const auto& answer : answers) {
    expect_alice(answer, next.doing);
    EXPECT_NE(answer.value("error", ""), "timed_out") << next.doing;
  }
}

void foreign_storm::expect_nothing_mixed() {
  auto text = content();
  if (!untouchable_.empty()) {
    EXPECT_EQ(text, untouchable_) << doing_ << ": a writer with locks was overwritten";
  }
  auto document = document_in(text);
  if (!document.is_object() || !document.contains("tokens"))
    return;
  const auto& tokens = document["tokens"];
  for (auto* field : {"access_token", "id_token"})
    EXPECT_EQ(tokens["account_id"], account_in(tokens.value(field, ""))) << doing_ << ": tokens of two accounts";
}

TEST_F(foreign_storm, given_1000_random_foreign_writes_when_callers_ask_on_then_all_are_answered_and_nothing_is_mixed) {
  ASSERT_EQ(status_of(subject_)["account"], "alice");
  home_.authority().stand({.delay = std::chrono::milliseconds{3}});
  for (int i = 0; i < writes && !HasFailure(); ++i) {
    write_at_random();
    ask_on();
    expect_nothing_mixed();
    auto totals = home_.authority().totals();
    ASSERT_EQ(totals.replays, 0u) << "after write " << i << " (" << doing_ << ")\n"
                                  << subject_.ask({{"do", "explain"}}).dump(1);
  }
  auto last = home_.authority().issue("alice");
  std::filesystem::remove(home_.file()); // with whatever mode it has by now
  write_as(foreign_way::under_locks, home_.file(), document_of(last));
  while (asked_ != answered_ && !HasFailure())
    hear_one();
  EXPECT_EQ(asked_, answered_);
  EXPECT_TRUE(comes_true([&] { return status_of(subject_)["token"] == std::string{last.access_token.reveal()}; }))
      << status_of(subject_) << subject_.ask({{"do", "explain"}}).dump(1);
  EXPECT_EQ(status_of(subject_)["failure"], "none") << status_of(subject_);
  std::cout << asked_ << " questions, " << home_.requests() << " token requests\n";
  EXPECT_EQ(subject_.finish(), 0) << subject_.errors();
}

} // namespace

} // namespace breakwater::testing
