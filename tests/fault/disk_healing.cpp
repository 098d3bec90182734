#include "breakwater/tests/fault/disk_healing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <signal.h>

namespace breakwater::testing {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

nlohmann::json refresh_and_break(fault_home& home, subject_process& subject, const std::function<void()>& break_it) {
  fake::behavior late;
  late.delay = std::chrono::milliseconds{200};
  home.authority().script(late);
  auto before = home.requests();
  status_of(subject); // it has read the file: a refresh asked for before that is content with what it reads
  auto id = subject.tell({{"do", "refresh"}});
  EXPECT_TRUE(comes_true([&] { return home.authority().totals().token_requests > before; }));
  subject.signal(SIGSTOP);
  break_it();
  subject.signal(SIGCONT);
  auto answers = subject.answers_to(id);
  return answers.empty() ? nlohmann::json{} : answers[0];
}

void expect_unsaved(fault_home& home, subject_process& subject, const std::string& why,
                    const std::string& why_of_others) {
  auto status = status_of(subject);
  EXPECT_EQ(status["health"], "unsaved");
  EXPECT_EQ(status["failure"], "store_unwritable");
  EXPECT_THAT(status.value("message", ""), HasSubstr(why));
  EXPECT_THAT(explained(subject, "unsaved"), HasSubstr(why));
  EXPECT_NE(status["token"], home.first_access_token());
  EXPECT_TRUE(home.authority().is_valid(secret{status.value("token", "")}));
  EXPECT_THAT(subject.errors(), HasSubstr("unsaved: "));
  auto before = home.requests();
  subject_process other{home.options({"--lease-wait-max", "100"})};
  EXPECT_NE(status_of(other)["token"], "");
  EXPECT_EQ(other.ask({{"do", "refresh"}})["error"], why_of_others);
  EXPECT_EQ(home.requests(), before);
  EXPECT_EQ(other.finish(), 0);
}

void expect_healed(fault_home& home, subject_process& subject) {
  ASSERT_TRUE(comes_true([&] { return status_of(subject)["health"] == "ok"; })) << status_of(subject);
  ASSERT_TRUE(home.lease_is_free());
  auto disk = home.disk();
  auto status = status_of(subject);
  EXPECT_EQ(status["token"], disk.access_token);
  EXPECT_TRUE(home.is_current(disk.refresh_token));
  auto before = home.requests();
  auto answer = subject.ask({{"do", "refresh"}, {"observed", status["generation"]}});
  EXPECT_TRUE(is_success(answer)) << answer;
  EXPECT_EQ(home.requests(), before + 1);
  ASSERT_TRUE(home.lease_is_free());
  EXPECT_FALSE(home.disk().has_intent);
  EXPECT_THAT(home.disk().leftovers, IsEmpty());
  EXPECT_TRUE(home.is_unharmed());
  EXPECT_EQ(subject.finish(), 0) << subject.errors();
}

bool is_refreshed_at_last(subject_process& subject) {
  return comes_true([&] { return is_success(subject.ask({{"do", "refresh"}})); });
}

} // namespace breakwater::testing
