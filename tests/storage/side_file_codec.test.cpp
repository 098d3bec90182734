#include "breakwater/storage/side_file_codec.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <limits>
#include <string>
#include <vector>

namespace breakwater {

namespace {

constexpr std::string_view where = "/home/me/auth.json.breakwater-state";

token_hash hash(std::string_view name) { return hash_of(secret{name}); }

wall_time at(int64_t nanoseconds) { return wall_time{std::chrono::nanoseconds{nanoseconds}}; }

ledger_entry entry(std::string_view name) {
  return {hash(name),
          token_fate::refused,
          refusal::revoked,
          "said so",
          hash("access"),
          hash("next"),
          at(1),
          at(1'000'000'001),
          at(1'748'781'000'123'456'789),
          std::numeric_limits<uint32_t>::max(),
          2,
          3,
          true};
}

side_file whole() {
  side_file made;
  ledger_entry plain;
  plain.refresh_token = hash("plain");
  made.ledger = {entry("a"), plain};
  made.intent = intent{hash("a"), std::numeric_limits<uint64_t>::max(), at(5)};
  made.logins = {{hash("a"), "login-1"}};
  made.accesses = {{hash("b"), at(1'900'000'000'000'000'000), "me@example.org", "plus"}};
  return made;
}

credential managed(std::string_view name) {
  credential made;
  made.method = auth_method::oauth;
  made.access_token = secret{"access-" + std::string{name}};
  made.refresh_token = secret{"refresh-" + std::string{name}};
  made.login_id = "login-" + std::string{name};
  made.expires_at = at(1'900'000'000'000'000'000);
  return made;
}

/// The codec's own file with one value replaced.
std::string with(std::string_view pointer, const nlohmann::json& value) {
  auto document = nlohmann::json::parse(render_side_file(whole()));
  document[nlohmann::json::json_pointer{std::string{pointer}}] = value;
  return document.dump();
}

} // namespace

TEST(side_file_codec, given_every_value_when_rendered_then_it_comes_back) {
  auto [error, found] = parse_side_file(render_side_file(whole()), where);
  ASSERT_EQ(error.code, ec::none) << error.message;
  EXPECT_EQ(found, whole());
}

TEST(side_file_codec, given_a_home_when_rendered_then_it_comes_back_and_an_unknown_one_is_refused) {
  side_file in_keyring;
  in_keyring.home = document_home::keyring;
  EXPECT_EQ(parse_side_file(render_side_file(in_keyring), where).found, in_keyring);
  EXPECT_EQ(std::string{render_side_file({})}.find("home"), std::string::npos);
  auto refused = parse_side_file(R"({"version":1,"home":"cloud"})", where);
  EXPECT_EQ(refused.error.code, ec::store_unreadable);
  EXPECT_NE(refused.error.message.find("home"), std::string::npos);
}

TEST(side_file_codec, given_nothing_when_rendered_then_it_comes_back) {
  auto [error, found] = parse_side_file(render_side_file({}), where);
  ASSERT_EQ(error.code, ec::none) << error.message;
  EXPECT_EQ(found, side_file{});
}

TEST(side_file_codec, given_a_long_ledger_when_rendered_or_parsed_then_the_newest_are_kept) {
  side_file many;
  for (int i = 0; i < 40; ++i)
    many.ledger.push_back(entry(std::to_string(i)));
  auto found = parse_side_file(render_side_file(many), where).found;
  ASSERT_EQ(found.ledger.size(), ledger_size_max);
  EXPECT_EQ(found.ledger.front(), entry("8"));
  EXPECT_EQ(found.ledger.back(), entry("39"));

  auto document = nlohmann::json::parse(render_side_file(many));
  auto whole_list = nlohmann::json::array();
  for (int i = 0; i < 2; ++i)
    for (auto& each : document["ledger"])
      whole_list.push_back(each);
  document["ledger"] = whole_list;
  EXPECT_EQ(parse_side_file(document.dump(), where).found.ledger, found.ledger);
}

TEST(side_file_codec, given_hostile_text_when_parsed_then_the_failure_names_file_and_field) {
  struct row {
    std::string text, message;
  };
  auto half = render_side_file(whole());
  half.resize(half.size() / 2);
  const std::vector<row> rows = {
      {"", ": the file is empty"},
      {std::string{half}, ": not JSON"},
      {"[]", ": expected an object"},
      {"{}", ": version: missing"},
      {with("/version", 2), ": version: this is version 2, and this program reads version 1"},
      {with("/version", 0), ": version: this is version 0"},
      {with("/version", "1"), ": version: expected a whole number, not negative, found a string"},
      {with("/version", -1), ": version: expected a whole number"},
      {with("/version", 1.5), ": version: expected a whole number"},
      {with("/ledger", nlohmann::json::object()), ": ledger: expected an array"},
      {with("/ledger/1", 7), ": ledger[1]: expected an object"},
      {with("/ledger/0/refresh_token", "short"), ": ledger[0].refresh_token: expected 64 hex digits"},
      {with("/ledger/0/refresh_token", nullptr), ": ledger[0].refresh_token: missing"},
      {with("/ledger/0/fate", "lost"), ": ledger[0].fate: expected a word known to this version"},
      {with("/ledger/0/fate", nullptr), ": ledger[0].fate: missing"},
      {with("/ledger/0/reason", 4), ": ledger[0].reason: expected a word"},
      {with("/ledger/0/message", 4), ": ledger[0].message: expected a string"},
      {with("/ledger/0/access_token", 5), ": ledger[0].access_token: expected 64 hex digits"},
      {with("/ledger/0/successor", std::string(64, 'g')), ": ledger[0].successor: expected 64 hex digits"},
      {with("/ledger/0/last_sent", "now"), ": ledger[0].last_sent: expected a date"},
      {with("/ledger/0/failures", 4294967296), ": ledger[0].failures: expected a number below 2^32"},
      {with("/ledger/0/failures", -4), ": ledger[0].failures: expected a whole number"},
      {with("/ledger/0/grace_used", 1), ": ledger[0].grace_used: expected a boolean"},
      {with("/intent", true), ": intent: expected an object"},
      {with("/intent/refresh_token", nullptr), ": intent.refresh_token: missing"},
      {with("/intent/flight", nullptr), ": intent.flight: missing"},
      {with("/intent/flight", 12), ": intent.flight: expected 1 to 16 hex digits"},
      {with("/intent/flight", ""), ": intent.flight: expected 1 to 16 hex digits"},
      {with("/intent/flight", "0x12"), ": intent.flight: expected 1 to 16 hex digits"},
      {with("/intent/flight", "10000000000000000"), ": intent.flight: expected 1 to 16 hex digits"},
      {with("/intent/written", 5), ": intent.written: expected a date"},
      {with("/logins", "x"), ": logins: expected an array"},
      {with("/logins/0/token", "x"), ": logins[0].token: expected 64 hex digits"},
      {with("/logins/0/login_id", 5), ": logins[0].login_id: expected a string"},
      {with("/accesses/0/token", nullptr), ": accesses[0].token: missing"},
      {with("/accesses/0/expires_at", 5), ": accesses[0].expires_at: expected a date"},
  };
  for (auto& [text, message] : rows) {
    auto [error, found] = parse_side_file(text, where);
    EXPECT_EQ(error.code, ec::store_unreadable) << text;
    EXPECT_TRUE(error.message.starts_with(std::string{where} + message)) << error.message;
    EXPECT_EQ(found, side_file{});
  }
}

TEST(side_file_codec, given_a_message_that_is_not_text_when_rendered_then_the_verdict_is_kept) {
  side_file made;
  made.ledger = {entry("a")};
  made.ledger[0].message = "bad \xFF byte";
  auto [error, found] = parse_side_file(render_side_file(made), where);
  ASSERT_EQ(error.code, ec::none) << error.message;
  EXPECT_EQ(found.ledger[0].message, "bad \xEF\xBF\xBD byte");
  EXPECT_EQ(found.ledger[0].fate, token_fate::refused);
}

TEST(side_file_codec, given_facts_when_the_tokens_are_others_then_they_do_not_apply) {
  side_file side;
  note_facts(side, {}, managed("a"));
  auto same = managed("a"), rotated = managed("b");
  for (auto* each : {&same, &rotated}) {
    each->login_id.clear();
    each->expires_at = unknown_time;
    apply_facts(side, *each);
  }
  EXPECT_EQ(same.login_id, "login-a");
  EXPECT_EQ(same.expires_at, managed("a").expires_at);
  EXPECT_EQ(rotated.login_id, "");
  EXPECT_EQ(rotated.expires_at, unknown_time);
}

TEST(side_file_codec, given_a_change_when_noted_then_old_and_new_facts_are_there_and_older_ones_gone) {
  side_file side;
  note_facts(side, {}, managed("a"));
  note_facts(side, managed("a"), managed("b"));
  EXPECT_EQ(side.logins, (std::vector<login_fact>{{hash("refresh-a"), "login-a"}, {hash("refresh-b"), "login-b"}}));
  note_facts(side, managed("b"), managed("c"));
  EXPECT_EQ(side.logins, (std::vector<login_fact>{{hash("refresh-b"), "login-b"}, {hash("refresh-c"), "login-c"}}));
  ASSERT_EQ(side.accesses.size(), 2u);
  EXPECT_EQ(side.accesses[1].token, hash("access-c"));
}

TEST(side_file_codec, given_the_same_credential_when_noted_again_then_its_facts_are_replaced) {
  side_file side;
  note_facts(side, {}, managed("a"));
  auto later = managed("a");
  later.expires_at += std::chrono::hours{1};
  note_facts(side, managed("a"), later);
  ASSERT_EQ(side.accesses.size(), 1u);
  EXPECT_EQ(side.accesses[0].expires_at, later.expires_at);
  EXPECT_EQ(side.logins.size(), 1u);
}

TEST(side_file_codec, given_any_credential_when_rendered_then_no_token_is_in_the_text) {
  side_file side;
  note_facts(side, managed("a"), managed("b"));
  std::string text{render_side_file(side)};
  EXPECT_EQ(text.find("access-"), std::string::npos);
  EXPECT_EQ(text.find("refresh-"), std::string::npos);
}

} // namespace breakwater
