#include "breakwater/storage/auth_file_codec.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace breakwater {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view where = "/home/me/auth.json";

const std::string whole_file = R"({
  "OPENAI_API_KEY": null,
  "auth_mode": "chatgpt",
  "last_refresh": "2025-06-01T12:30:00.123456789Z",
  "tokens": {
    "access_token": "access",
    "account_id": "account-1",
    "id_token": "id",
    "refresh_token": "refresh"
  }
}
)";

credential managed() {
  credential made;
  made.method = auth_method::oauth;
  made.access_token = secret{"access"};
  made.refresh_token = secret{"refresh"};
  made.id_token = secret{"id"};
  made.account.id = "account-1";
  made.refreshed_at = wall_time{std::chrono::nanoseconds{1748781000'123456789}};
  return made;
}

auth_method method_of(std::string_view text) {
  auto result = parse_auth_file(text, where);
  EXPECT_EQ(result.error.code, ec::none) << result.error.message;
  return result.found.method;
}

std::string rendered(const credential& next, std::string_view existing = {}) {
  auto result = render_auth_file(next, existing, where);
  EXPECT_EQ(result.error.code, ec::none) << result.error.message;
  return std::string{result.text};
}

} // namespace

TEST(auth_file_codec, given_a_client_s_file_when_parsed_then_every_value_is_there) {
  auto [error, found] = parse_auth_file(whole_file, where);
  ASSERT_EQ(error.code, ec::none) << error.message;
  EXPECT_EQ(found.method, auth_method::oauth);
  EXPECT_EQ(found.access_token.reveal(), "access");
  EXPECT_EQ(found.refresh_token.reveal(), "refresh");
  EXPECT_EQ(found.id_token.reveal(), "id");
  EXPECT_EQ(found.account.id, "account-1");
  EXPECT_EQ(found.refreshed_at, managed().refreshed_at);
  EXPECT_TRUE(found.api_key.empty());
}

TEST(auth_file_codec, given_a_credential_when_rendered_then_it_is_the_client_s_file) {
  EXPECT_EQ(rendered(managed()), whole_file);
}

TEST(auth_file_codec, given_each_mode_when_parsed_then_it_resolves_as_the_client_s) {
  const std::string tokens = R"("tokens":{"id_token":"i","access_token":"a","refresh_token":"r"})";
  EXPECT_EQ(method_of("{" + tokens + "}"), auth_method::oauth);
  EXPECT_EQ(method_of(R"({"auth_mode":null,)" + tokens + "}"), auth_method::oauth);
  EXPECT_EQ(method_of(R"({"OPENAI_API_KEY":"k"})"), auth_method::api_key);
  EXPECT_EQ(method_of(R"({"OPENAI_API_KEY":"k",)" + tokens + "}"), auth_method::api_key);
  EXPECT_EQ(method_of(R"({"OPENAI_API_KEY":null,)" + tokens + "}"), auth_method::oauth);
  EXPECT_EQ(method_of(R"({"auth_mode":"chatgpt","OPENAI_API_KEY":"k",)" + tokens + "}"), auth_method::oauth);
  EXPECT_EQ(method_of(R"({"auth_mode":"apikey","OPENAI_API_KEY":"k",)" + tokens + "}"), auth_method::api_key);
  EXPECT_EQ(method_of(R"({"auth_mode":"chatgptAuthTokens",)" + tokens + "}"), auth_method::external);
  EXPECT_EQ(method_of(R"({"agent_identity":{"x":1},)" + tokens + "}"), auth_method::oauth);
  EXPECT_EQ(method_of("{}"), auth_method::none);
  EXPECT_EQ(method_of(R"({"auth_mode":"chatgpt","tokens":null})"), auth_method::none);
  EXPECT_EQ(method_of(R"({"tokens":{"id_token":"","access_token":"","refresh_token":""}})"), auth_method::none);
}

TEST(auth_file_codec, given_hostile_text_when_parsed_then_the_failure_names_file_and_field_and_no_value) {
  struct row {
    std::string text, field, expected;
  };
  const std::string mark = "t0ken-mark";
  const std::vector<row> rows = {
      {"", "", "empty"},
      {" \n", "", "empty"},
      {"t0ken-mark", "", "not JSON"},
      {whole_file.substr(0, whole_file.size() / 2), "", "half"},
      {"{\"tokens\":{\"access_token\":\"t0ken-mark\"", "", "not JSON"},
      {"[\"t0ken-mark\"]", "", "expected an object, found an array"},
      {"\"t0ken-mark\"", "", "expected an object, found a string"},
      {"null", "", "expected an object, found null"},
      {"\xEF\xBB\xBF\xFF", "", "not JSON"},
      {"{\"OPENAI_API_KEY\":\"t0ken-mark\xFF\"}", "", "not JSON"},
      {"{\"a\":1e999}", "", "not JSON"},
      {std::string(100'000, '['), "", "nested deeper"},
      {"{\"a\":" + std::string(100, '[') + std::string(100, ']') + "}", "", "nested deeper"},
      {R"({"OPENAI_API_KEY":7})", "OPENAI_API_KEY", "expected a string, found a number"},
      {R"({"OPENAI_API_KEY":["t0ken-mark"]})", "OPENAI_API_KEY", "expected a string, found an array"},
      {R"({"tokens":"t0ken-mark"})", "tokens", "expected an object, found a string"},
      {R"({"tokens":[]})", "tokens", "expected an object, found an array"},
      {R"({"tokens":{"id_token":{"raw_jwt":"t0ken-mark"}}})", "tokens.id_token", "expected a string, found an object"},
      {R"({"tokens":{"access_token":true}})", "tokens.access_token", "expected a string, found a boolean"},
      {R"({"tokens":{"refresh_token":1.5}})", "tokens.refresh_token", "expected a string, found a number"},
      {R"({"tokens":{"account_id":12}})", "tokens.account_id", "expected a string, found a number"},
      {R"({"last_refresh":1748781000})", "last_refresh", "expected a string, found a number"},
      {R"({"last_refresh":"yesterday t0ken-mark"})", "last_refresh", "RFC 3339"},
      {R"({"auth_mode":1})", "auth_mode", "expected a string"},
      {R"({"auth_mode":"t0ken-mark"})", "auth_mode", "newer program"},
      {R"({"auth_mode":"ChatGPT"})", "auth_mode", "newer program"},
      {R"({"auth_mode":"agentIdentity"})", "auth_mode", "agentIdentity is not supported"},
      {R"({"auth_mode":"headers"})", "auth_mode", "headers is not supported"},
      {R"({"auth_mode":"personalAccessToken"})", "auth_mode", "personalAccessToken is not supported"},
      {R"({"auth_mode":"bedrockApiKey"})", "auth_mode", "bedrockApiKey is not supported"},
      {R"({"auth_mode":"bedrockAccessKeys"})", "auth_mode", "bedrockAccessKeys is not supported"},
      {R"({"auth_mode":"apikey"})", "OPENAI_API_KEY", "expected a key"},
      {R"({"personal_access_token":"t0ken-mark","OPENAI_API_KEY":"k"})", "personal_access_token", "not supported"},
      {R"({"bedrock_api_key":"t0ken-mark"})", "bedrock_api_key", "not supported"},
      {R"({"bedrock_access_keys":{"secret":"t0ken-mark"}})", "bedrock_access_keys", "not supported"},
  };
  for (auto& [text, field, expected] : rows) {
    auto [error, found] = parse_auth_file(text, where);
    EXPECT_EQ(error.code, ec::store_unreadable) << text.substr(0, 80);
    auto start = std::string{where} + ": " + (field.empty() ? "" : field + ": ");
    EXPECT_TRUE(error.message.starts_with(start)) << error.message;
    EXPECT_NE(error.message.find(expected), std::string::npos) << error.message;
    EXPECT_EQ(error.message.find(mark), std::string::npos) << error.message;
    EXPECT_EQ(found.method, auth_method::none);
    EXPECT_TRUE(found.access_token.empty() && found.api_key.empty());
  }
}

TEST(auth_file_codec, given_unknown_fields_when_rendered_over_them_then_they_are_kept_at_every_level) {
  auto text = rendered(managed(), R"({"agent_identity":{"deep":[1,{"er":null}]},"version":1.5,
    "tokens":{"refresh_token":"old","note":"kept","more":{"x":18446744073709551615}},"OPENAI_API_KEY":"old"})");
  auto document = nlohmann::json::parse(text);
  EXPECT_EQ(document["agent_identity"], nlohmann::json::parse(R"({"deep":[1,{"er":null}]})"));
  EXPECT_EQ(document["version"], 1.5);
  EXPECT_EQ(document["tokens"]["note"], "kept");
  EXPECT_EQ(document["tokens"]["more"]["x"], 18446744073709551615u);
  EXPECT_EQ(document["tokens"]["refresh_token"], "refresh");
  EXPECT_TRUE(document["OPENAI_API_KEY"].is_null());
  EXPECT_EQ(document["auth_mode"], "chatgpt");
}

TEST(auth_file_codec, given_an_api_key_when_rendered_over_tokens_then_they_are_gone) {
  credential key;
  key.method = auth_method::api_key;
  key.api_key = secret{"key"};
  EXPECT_EQ(nlohmann::json::parse(rendered(key, whole_file)),
            nlohmann::json::parse(R"({"OPENAI_API_KEY":"key","auth_mode":"apikey"})"));
}

TEST(auth_file_codec, given_tokens_with_every_character_when_rendered_then_they_come_back) {
  auto odd = managed();
  odd.access_token = secret{"\"\\/\b\f\n\r\t \x7f\0end"sv};
  odd.refresh_token = secret{"gr\xC3\xBC\xC3\x9F \xF0\x9F\x94\x91"};
  auto [error, found] = parse_auth_file(rendered(odd), where);
  ASSERT_EQ(error.code, ec::none) << error.message;
  EXPECT_TRUE(found.access_token == odd.access_token);
  EXPECT_TRUE(found.refresh_token == odd.refresh_token);
}

TEST(auth_file_codec, given_a_token_that_is_not_text_when_rendered_then_the_failure_names_it) {
  auto bad = managed();
  bad.refresh_token = secret{"t0ken-mark\xFF"};
  auto result = render_auth_file(bad, {}, where);
  EXPECT_EQ(result.error.code, ec::store_unwritable);
  EXPECT_EQ(result.error.message, "/home/me/auth.json: tokens.refresh_token: not UTF-8, so JSON cannot hold it");
  EXPECT_TRUE(result.text.empty());
}

TEST(auth_file_codec, given_nothing_to_store_when_rendered_then_it_is_refused) {
  EXPECT_EQ(render_auth_file({}, {}, where).error.code, ec::store_unwritable);
  credential keyless;
  keyless.method = auth_method::api_key;
  EXPECT_EQ(render_auth_file(keyless, {}, where).error.code, ec::store_unwritable);
}

TEST(auth_file_codec, given_an_existing_text_that_is_not_json_when_rendered_then_it_is_refused) {
  EXPECT_EQ(render_auth_file(managed(), "{\"half\":", where).error.code, ec::store_unreadable);
}

} // namespace breakwater
