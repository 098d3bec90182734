#include "breakwater/tests/process/subject_process.hpp"

#include "breakwater/tests/storage/temporary_directory.hpp"
#include "breakwater/tools/authority/server.hpp"

#include <gtest/gtest.h>

#include <signal.h>

namespace breakwater::testing {

TEST(subject_process, given_a_login_when_100_refresh_at_once_then_one_request_and_100_answers) {
  fake::server authority;
  ASSERT_EQ(authority.start(), std::nullopt);
  temporary_directory home;
  subject_process subject{{{"--file", home / "auth.json", "--token-endpoint", authority.token_endpoint()}}};
  auto grant = authority.issue("alice", std::chrono::seconds{0});
  auto status = subject.ask({{"do", "login"},
                             {"access_token", std::string{grant.access_token.reveal()}},
                             {"refresh_token", std::string{grant.refresh_token.reveal()}}});
  ASSERT_EQ(status["method"], "oauth") << status;
  auto answers = subject.answers_to(subject.tell({{"do", "refresh"}, {"count", 100}}));
  EXPECT_EQ(answers.size(), 100u);
  EXPECT_EQ(authority.totals().token_requests, 1u);
  EXPECT_EQ(subject.finish(), 0) << subject.errors();
}

TEST(subject_process, given_it_is_killed_when_asked_then_there_is_no_answer) {
  temporary_directory home;
  subject_process subject{{{"--file", home / "auth.json", "--token-endpoint", "http://127.0.0.1:1/"}}};
  ASSERT_TRUE(subject.is_ready());
  subject.signal(SIGKILL);
  EXPECT_EQ(subject.ask({{"do", "status"}}), nullptr);
  EXPECT_EQ(subject.wait(), -SIGKILL);
}

} // namespace breakwater::testing
