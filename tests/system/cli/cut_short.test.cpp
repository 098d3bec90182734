#include <signal.h>
#include <sys/stat.h>

#include "with_authority.hpp"

namespace breakwater::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

/// The commands on the store itself, when something cuts them short, and those that end only so.
class cut_short : public with_authority {};

TEST_F(cut_short, given_a_store_that_cannot_be_written_after_the_request_when_refreshed_then_the_loss_is_loud) {
  log_in();
  environment["BREAKWATER_EXIT_GRACE"] = "200ms";
  delay_next_answer(std::chrono::milliseconds{600});
  program refreshing{{"refresh"}, environment};
  wait_for_a_request();
  // A store refuses to write where others can: as good as a full disk, and root is not excepted.
  ASSERT_EQ(::chmod(home.path().c_str(), 0777), 0);
  auto refreshed = refreshing.wait();
  outputs += refreshed.out + refreshed.err;
  ASSERT_EQ(::chmod(home.path().c_str(), 0700), 0);
  EXPECT_EQ(refreshed.code, 6) << refreshed.err;
  EXPECT_THAT(refreshed.err, HasSubstr("could not be stored before the end"));
  EXPECT_THAT(refreshed.err, HasSubstr("the old refresh token is spent and the new one is gone"));
  // Nobody replays it blindly.
  EXPECT_EQ(breakwater({"refresh"}).code, 6);
  EXPECT_EQ(authority.totals().replays, 0u);
}

TEST_F(cut_short, given_an_interrupt_during_the_request_when_refreshing_then_the_answer_is_still_saved) {
  auto grant = log_in();
  delay_next_answer(std::chrono::milliseconds{500});
  program refreshing{{"refresh"}, environment};
  wait_for_a_request();
  refreshing.send(SIGINT);
  auto refreshed = refreshing.wait();
  EXPECT_EQ(refreshed.code, 0) << refreshed.err;
  EXPECT_THAT(refreshed.out, HasSubstr("status    ok"));
  EXPECT_NE(stored_refresh_token(), grant.refresh_token.reveal());
  EXPECT_TRUE(authority.is_current(secret{stored_refresh_token()}));
}

TEST_F(cut_short, given_a_kill_during_the_request_when_explained_then_it_is_known_and_not_replayed) {
  log_in();
  delay_next_answer(std::chrono::milliseconds{400});
  program refreshing{{"refresh"}, environment};
  wait_for_a_request();
  auto meanwhile = breakwater({"explain"});
  EXPECT_THAT(meanwhile.out, StartsWith("You are logged in, and a refresh is under way.\n"));
  refreshing.send(SIGKILL);
  EXPECT_EQ(refreshing.wait().code, -SIGKILL);
  auto explained = breakwater({"explain"});
  EXPECT_THAT(explained.out, StartsWith("You are logged in, and the refresh token is in doubt.\n"));
  EXPECT_THAT(explained.out, HasSubstr("ended before it could note the answer"));
  EXPECT_EQ(breakwater({"refresh"}).code, 6);
  EXPECT_EQ(authority.totals().token_requests, 1u);
}

TEST_F(cut_short, given_a_watch_when_others_change_the_store_then_each_change_is_a_line_until_interrupted) {
  program watching{{"watch"}, environment};
  ASSERT_TRUE(watching.says("logged out"));
  log_in();
  ASSERT_TRUE(watching.says("  ok  "));
  EXPECT_EQ(breakwater({"logout"}).code, 0);
  watching.send(SIGINT);
  auto watched = watching.wait();
  EXPECT_EQ(watched.code, 0);
  EXPECT_EQ(watched.err, "");
  EXPECT_THAT(watched.out,
              MatchesRegex("[-0-9 :]+UTC  logged out *\n[-0-9 :]+UTC  ok  +token valid until .*\n(.*\n)*"));
  EXPECT_EQ(authority.totals().token_requests, 0u);
}

TEST_F(cut_short, given_a_watch_with_json_when_the_store_changes_then_each_line_is_an_object) {
  program watching{{"watch", "--json"}, environment};
  ASSERT_TRUE(watching.says("\"none\""));
  log_in();
  ASSERT_TRUE(watching.says("\"oauth\""));
  watching.send(SIGTERM);
  auto watched = watching.wait();
  EXPECT_EQ(watched.code, 0);
  std::istringstream lines{watched.out};
  for (std::string line; std::getline(lines, line);)
    EXPECT_TRUE(nlohmann::json::parse(line, nullptr, false).is_object()) << line;
}

TEST_F(cut_short, given_a_pipe_that_nobody_reads_when_watching_then_it_ends_quietly) {
  program watching{{"watch"}, environment};
  ASSERT_TRUE(watching.says("logged out"));
  watching.close_output();
  log_in();
  auto watched = watching.wait();
  EXPECT_EQ(watched.code, 0);
  EXPECT_EQ(watched.err, "");
}

} // namespace
} // namespace breakwater::testing
