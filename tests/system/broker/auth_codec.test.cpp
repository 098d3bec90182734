#include "breakwater/tools/broker/rpc/auth_codec.hpp"

#include "breakwater/tools/broker/rpc/answers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace breakwater::broker {

namespace {

using testing::HasSubstr;
using testing::Not;

wall_time at(int64_t seconds) { return wall_time{std::chrono::seconds{seconds}}; }

status_fields poisoned_status() {
  status_fields s;
  s.method = auth_method::oauth;
  s.account = {"acc-1", "a@example.com", "pro"};
  s.generation = {uint64_t{1} << 63, 7};
  s.expires_at = at(1'800'000'000);
  s.token = secret{"token-in-status"};
  s.health = auth_health::poisoned;
  s.failure = {ec::refresh_refused, refusal::reused, "used twice", at(1'700'000'000)};
  s.retry_after = at(1'700'000'060);
  return s;
}

} // namespace

TEST(auth_codec, given_a_status_when_written_and_read_then_all_but_the_token_is_the_same) {
  auto before = poisoned_status();
  auto json = status_to_json("work", before);
  EXPECT_THAT(std::string{in_one_line(json)}, Not(HasSubstr("token-in-status")));
  auto read = status_from_json(json);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->account, "work");
  auto& after = read->status;
  EXPECT_EQ(after.method, before.method);
  EXPECT_EQ(after.account, before.account);
  EXPECT_EQ(after.generation, before.generation);
  EXPECT_EQ(after.expires_at, before.expires_at);
  EXPECT_EQ(after.health, before.health);
  EXPECT_EQ(after.failure.code, before.failure.code);
  EXPECT_EQ(after.failure.reason, before.failure.reason);
  EXPECT_EQ(after.failure.message, before.failure.message);
  EXPECT_EQ(after.failure.since, before.failure.since);
  EXPECT_EQ(after.retry_after, before.retry_after);
  EXPECT_TRUE(after.token.empty());
}

TEST(auth_codec, given_an_empty_status_when_written_and_read_then_it_is_logged_out_and_well) {
  auto read = status_from_json(status_to_json("default", {}));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->status.method, auth_method::none);
  EXPECT_EQ(read->status.health, auth_health::ok);
  EXPECT_FALSE(read->status.generation);
  EXPECT_EQ(read->status.expires_at, unknown_time);
}

TEST(auth_codec, given_a_wrong_type_anywhere_when_read_then_nothing_is) {
  auto good = status_to_json("default", poisoned_status());
  for (auto field : {"account", "method", "health"})
    for (auto& wrong :
         {json_document(7), json_document(nullptr), json_document::array(), json_document(wiped_string{"?"})}) {
      auto json = good;
      json[field] = wrong;
      auto fits = std::string_view{field} == "account" && wrong.is_string();
      EXPECT_EQ(status_from_json(json).has_value(), fits) << field << " " << wrong;
    }
  EXPECT_FALSE(status_from_json(json_document(3)));
}

TEST(auth_codec, given_a_bearer_when_written_and_read_then_it_is_the_same) {
  bearer_fields b{secret{"the-token"}, {5, 6}, at(1'800'000'000), {"acc", "", ""}};
  auto read = bearer_from_json(bearer_to_json(b));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->token, b.token);
  EXPECT_EQ(read->generation, b.generation);
  EXPECT_EQ(read->expires_at, b.expires_at);
  EXPECT_EQ(read->account.id, "acc");
}

TEST(auth_codec, given_every_failure_when_written_and_read_then_its_code_is_the_same) {
  for (int code = 1; code <= static_cast<int>(ec::invalid_request); ++code) {
    named_failure before{{static_cast<ec>(code), "why"}, refusal::expired, at(1'800'000'000)};
    auto error = failure_to_error(before);
    EXPECT_NE(error.code, -32001) << "that is 'Server overloaded' to app-server clients";
    EXPECT_LE(error.code, -32000);
    EXPECT_GE(error.code, -32099);
    wiped_string line;
    append_error(line, "1", error);
    auto parsed = json_document::parse(line);
    auto after = failure_from_json(parsed["error"]);
    EXPECT_EQ(after.why, before.why);
    EXPECT_EQ(after.reason, before.reason);
    EXPECT_EQ(after.retry_after, before.retry_after);
  }
}

TEST(auth_codec, given_an_error_of_another_server_when_read_then_it_keeps_its_text) {
  auto read = failure_from_json(json_document::parse(R"({"code":-32601,"message":"Method not found"})"));
  EXPECT_EQ(read.why, (failure{ec::invalid_request, "Method not found"}));
}

TEST(auth_codec, given_logins_when_written_and_read_then_they_are_the_same) {
  credential key;
  key.method = auth_method::api_key;
  key.api_key = secret{"sk-1"};
  EXPECT_FALSE(materially_changed(login_from_json(login_to_json(key)).found, key));
  credential tokens;
  tokens.method = auth_method::oauth;
  tokens.access_token = secret{"a"};
  tokens.refresh_token = secret{"r"};
  tokens.id_token = secret{"i"};
  tokens.account.id = "acc";
  EXPECT_FALSE(materially_changed(login_from_json(login_to_json(tokens)).found, tokens));
}

TEST(auth_codec, given_a_wrong_login_when_read_then_the_field_is_named_and_no_value) {
  for (auto text : {R"({})", R"({"apiKey":""})", R"({"apiKey":["sk-secret"]})", R"({"apiKey":"sk-secret","tokens":{}})",
                    R"({"tokens":"sk-secret"})", R"({"tokens":{}})", R"({"tokens":{"accessToken":7}})",
                    R"({"tokens":{"refreshToken":"r","accountId":{}}})"}) {
    auto read = login_from_json(json_document::parse(text));
    EXPECT_EQ(read.error.code, ec::invalid_request) << text;
    EXPECT_THAT(read.error.message, Not(HasSubstr("secret"))) << text;
  }
}

TEST(auth_codec, given_history_and_info_when_written_and_read_then_they_are_the_same) {
  named_history before{"/home/me/auth.json", {{{at(1'700'000'000), "issued", "generation 2"}}}};
  auto read = history_from_json(history_to_json(before));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->store, before.store);
  ASSERT_EQ(read->history.entries.size(), 1u);
  EXPECT_EQ(read->history.entries[0].what, "issued");
  EXPECT_EQ(read->history.entries[0].at, at(1'700'000'000));
  auto info = info_from_json(info_to_json({"0.1.0", 42, 1000, at(1'700'000'000), {"default", "work"}}));
  ASSERT_TRUE(info);
  EXPECT_EQ(info->pid, 42);
  EXPECT_THAT(info->accounts, testing::ElementsAre("default", "work"));
}

} // namespace breakwater::broker
