#include "breakwater/messages/auth_messages.hpp"
#include "breakwater/messages/credential.hpp"
#include "breakwater/messages/error.hpp"
#include "breakwater/messages/store_messages.hpp"

#include <gmock/gmock.h>

#include <set>
#include <string>
#include <vector>

namespace breakwater {
namespace {

constexpr uint8_t last_code = static_cast<uint8_t>(ec::invalid_request);

TEST(names, given_every_error_code_when_written_and_read_then_it_is_the_same) {
  std::set<std::string> seen;
  for (int number = 0; number <= last_code; ++number) {
    auto code = static_cast<ec>(number);
    ec read = ec::none;
    ASSERT_TRUE(from_string(to_string(code), read)) << number;
    EXPECT_EQ(read, code);
    ASSERT_TRUE(from_integer(static_cast<uint8_t>(number), read));
    EXPECT_EQ(read, code);
    EXPECT_TRUE(seen.insert(to_string(code)).second) << to_string(code) << " twice";
  }
}

TEST(names, given_no_error_code_when_read_then_it_is_refused_and_the_code_left_alone) {
  ec code = ec::in_doubt;
  for (auto text : {"", "unknown", "In_doubt", "in_doubt ", "none\n"})
    EXPECT_FALSE(from_string(text, code)) << text;
  for (int number = last_code + 1; number <= 255; ++number)
    EXPECT_FALSE(from_integer(static_cast<uint8_t>(number), code)) << number;
  EXPECT_EQ(code, ec::in_doubt);
  EXPECT_EQ(to_string(static_cast<ec>(255)), "unknown");
}

TEST(names, given_some_error_codes_when_written_then_as_in_the_header) {
  EXPECT_EQ(to_string(ec::refresh_refused), "refresh_refused");
  EXPECT_EQ(to_string(ec::account_changed), "account_changed");
  EXPECT_EQ(to_string(ec::not_over_this_channel), "not_over_this_channel");
  EXPECT_EQ(to_string(ec::invalid_request), "invalid_request");
}

template <class Enum>
std::vector<std::string> names_up_to(Enum last) {
  std::vector<std::string> names;
  for (int number = 0; number <= static_cast<int>(last); ++number)
    names.push_back(to_string(static_cast<Enum>(number)));
  EXPECT_EQ(to_string(static_cast<Enum>(200)), "unknown");
  return names;
}

TEST(names, given_every_enumerator_when_written_then_it_has_its_name) {
  using testing::ElementsAre;
  EXPECT_THAT(names_up_to(refusal::other_account),
              ElementsAre("none", "expired", "reused", "revoked", "unknown", "other_account"));
  EXPECT_THAT(names_up_to(auth_health::poisoned),
              ElementsAre("ok", "refreshing", "backing_off", "in_doubt", "unsaved", "misconfigured", "poisoned"));
  EXPECT_THAT(names_up_to(auth_method::external), ElementsAre("none", "api_key", "oauth", "external"));
  EXPECT_THAT(names_up_to(reload_outcome::logged_out), ElementsAre("unchanged", "changed", "logged_out"));
  EXPECT_THAT(names_up_to(token_fate::refused), ElementsAre("sent", "in_doubt", "spent", "refused"));
}

TEST(names, given_a_failure_when_asked_then_only_a_code_makes_it_one) {
  EXPECT_FALSE(failure{});
  EXPECT_FALSE((failure{ec::none, "text"}));
  EXPECT_TRUE((failure{ec::timed_out, ""}));
  EXPECT_EQ((failure{ec::timed_out, "x"}), (failure{ec::timed_out, "x"}));
}

} // namespace
} // namespace breakwater
