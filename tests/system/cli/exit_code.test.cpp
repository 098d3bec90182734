#include "breakwater/tools/broker/cli/exit_code.hpp"

#include "breakwater/tools/broker/cli/trouble.hpp"

#include <gmock/gmock.h>

#include <map>

namespace breakwater::cli {
namespace {

const std::map<std::string, exit_code> table = {
    {"none", exit_code::ok},
    {"logged_out", exit_code::logged_out},
    {"refresh_refused", exit_code::refused},
    {"unavailable", exit_code::unavailable},
    {"misconfigured", exit_code::usage},
    {"in_doubt", exit_code::in_doubt},
    {"store_busy", exit_code::unavailable},
    {"store_unreadable", exit_code::unavailable},
    {"store_unwritable", exit_code::unavailable},
    {"account_changed", exit_code::logged_out},
    {"store_conflict", exit_code::refused},
    {"timed_out", exit_code::unavailable},
    {"overloaded", exit_code::unavailable},
    {"shutting_down", exit_code::unavailable},
    {"not_over_this_channel", exit_code::refused},
    {"token_rejected", exit_code::refused},
    {"validity_unavailable", exit_code::refused},
    {"provider_failed", exit_code::unavailable},
    {"invalid_request", exit_code::usage},
};

TEST(exit_code, given_every_code_when_mapped_then_it_is_the_documented_one) {
  size_t seen = 0;
  for (int number = 0; number < 256; ++number) {
    auto code = ec::none;
    if (!from_integer(static_cast<uint8_t>(number), code))
      continue;
    ++seen;
    ASSERT_TRUE(table.contains(to_string(code))) << to_string(code);
    EXPECT_EQ(exit_code_of(code), table.at(to_string(code))) << to_string(code);
  }
  EXPECT_EQ(seen, table.size());
}

TEST(exit_code, given_every_code_but_none_when_explained_then_there_are_a_meaning_and_an_advice) {
  for (const auto& [name, unused] : table) {
    auto code = ec::none;
    ASSERT_TRUE(from_string(name, code));
    EXPECT_EQ(meaning_of(code).empty(), code == ec::none) << name;
    EXPECT_EQ(advice_on(code).empty(), code == ec::none) << name;
  }
}

TEST(exit_code, given_a_status_when_mapped_then_zero_means_that_a_token_can_be_had) {
  auto now = wall_time{std::chrono::hours{500'000}};
  status_fields status;
  EXPECT_EQ(exit_code_of(status, now), exit_code::logged_out);
  status.failure.code = ec::store_unreadable;
  EXPECT_EQ(exit_code_of(status, now), exit_code::unavailable);
  status.failure.code = ec::none;

  status.method = auth_method::oauth;
  status.expires_at = now + std::chrono::hours{1};
  for (auto health : {auth_health::ok, auth_health::refreshing, auth_health::backing_off, auth_health::in_doubt,
                      auth_health::unsaved, auth_health::misconfigured}) {
    status.health = health;
    EXPECT_EQ(exit_code_of(status, now), exit_code::ok) << to_string(health);
  }
  status.health = auth_health::poisoned;
  EXPECT_EQ(exit_code_of(status, now), exit_code::refused);

  status.expires_at = now;
  const std::map<auth_health, exit_code> ended = {
      {auth_health::ok, exit_code::ok},
      {auth_health::refreshing, exit_code::ok},
      {auth_health::backing_off, exit_code::unavailable},
      {auth_health::in_doubt, exit_code::in_doubt},
      {auth_health::unsaved, exit_code::unavailable},
      {auth_health::misconfigured, exit_code::usage},
      {auth_health::poisoned, exit_code::refused},
  };
  for (auto [health, code] : ended) {
    status.health = health;
    EXPECT_EQ(exit_code_of(status, now), code) << to_string(health);
  }
}

} // namespace
} // namespace breakwater::cli
