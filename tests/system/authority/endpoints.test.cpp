#include "breakwater/tools/authority/endpoints.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace breakwater::fake {
namespace {

using nlohmann::json;
using std::chrono::seconds;

struct reply {
  int status = 0;
  std::string head;
  std::string body;
};

struct endpoints_test : testing::Test {
  authority_settings settings;
  std::vector<std::string> lines;
  std::optional<endpoints> made;
  server_time now{{}, wall_time{seconds{1'700'000'000}}};

  endpoints& subject() {
    if (!made)
      made.emplace(settings, [this](std::string_view line) { lines.emplace_back(line); });
    return *made;
  }

  reply send(std::string method, std::string path, std::string type = {}, std::string body = {},
             std::string authorization = {}) {
    http_request request{std::move(method), std::move(path), {{"content-type", type}}, std::move(body)};
    if (!authorization.empty())
      request.headers.emplace_back("authorization", authorization);
    auto bytes = subject().handle(request, true, now).bytes;
    auto end = bytes.find("\r\n\r\n");
    EXPECT_NE(end, std::string::npos);
    return {std::stoi(bytes.substr(9, 3)), bytes.substr(0, end + 2), bytes.substr(end + 4)};
  }

  reply form(const std::string& path, const std::string& body, const std::string& authorization = {}) {
    return send("POST", path, "application/x-www-form-urlencoded", body, authorization);
  }
  reply json_body(const std::string& path, const std::string& body) {
    return send("POST", path, "application/json", body);
  }
  reply refresh(const std::string& token) {
    return form("/oauth/token", "grant_type=refresh_token&client_id=c&refresh_token=" + token);
  }
  token_set login() { return subject().model().issue("alice", now.wall); }
};

TEST_F(endpoints_test, given_a_life_below_a_second_when_refreshed_then_expires_in_has_a_fraction) {
  settings.access_token_ttl = std::chrono::milliseconds{300};
  auto first = login();
  EXPECT_NE(refresh(first.refresh_token).body.find(R"("expires_in":0.3,)"), std::string::npos);
}

struct expected_answer {
  answer what;
  int status;
  std::string in_head;
  std::string in_body;
  bool spent;
};

TEST_F(endpoints_test, given_each_answer_when_refreshed_then_its_status_words_and_whether_the_token_is_spent) {
  const std::string is_json = "Content-Type: application/json", is_html = "Content-Type: text/html";
  const std::vector<expected_answer> table = {
      {answer::normal, 200, is_json, R"("refresh_token":"rt_)", true},
      {answer::no_refresh_token, 200, is_json, R"("expires_in":3600)", false},
      {answer::same_tokens, 200, is_json, R"("refresh_token":"rt_)", false},
      {answer::expires_in_string, 200, is_json, R"("expires_in":"3600")", true},
      {answer::lower_case_type, 200, is_json, R"("token_type":"bearer")", true},
      {answer::expired_token, 200, is_json, R"("expires_in":0)", true},
      {answer::empty_token, 200, is_json, R"("access_token":"")", true},
      {answer::other_account, 200, is_json, R"("access_token")", true},
      {answer::empty_object, 200, is_json, "{}", true},
      {answer::empty_200, 200, "Content-Length: 0", "", true},
      {answer::not_json, 200, is_json, R"({"access_token": "cut)", true},
      {answer::huge_body, 200, "Content-Length: 838", R"("padding":"xxx)", true},
      {answer::invalid_grant, 400, is_json, R"("error":"invalid_grant")", false},
      {answer::openai_expired, 401, is_json, R"("code":"refresh_token_expired")", false},
      {answer::openai_reused, 401, is_json, R"("code":"refresh_token_reused")", false},
      {answer::openai_invalidated, 401, is_json, R"("code":"refresh_token_invalidated")", false},
      {answer::unauthorized, 401, is_json, "Unauthorized", false},
      {answer::numeric_error, 401, is_json, R"({"result":0,"error":9})", false},
      {answer::empty_400, 400, "Content-Length: 0", "", false},
      {answer::invalid_request, 400, is_json, R"("error":"invalid_request")", false},
      {answer::invalid_client, 401, "WWW-Authenticate: Basic", R"("error":"invalid_client")", false},
      {answer::unsupported_grant_type, 400, is_json, "unsupported_grant_type", false},
      {answer::error_500, 500, is_html, "<html>", false},
      {answer::bad_gateway, 502, is_html, "<html>", false},
      {answer::unavailable, 503, "Retry-After: 2\r\n", "", false},
      {answer::unavailable_date, 503, "Retry-After: Tue, 14 Nov 2023 22:13:22 GMT\r\n", "", false},
      {answer::rate_limited, 429, "Retry-After: 2\r\n", "", false},
      {answer::temporarily_unavailable, 503, is_json, "temporarily_unavailable", false},
      {answer::portal_200, 200, is_html, "<html>", false},
      {answer::portal_403, 403, is_html, "<html>", false},
      {answer::redirect, 302, "Location: /login", "", false},
      {answer::not_found, 404, is_html, "", false},
  };
  ASSERT_EQ(table.size(), names_of(answer{}).size()) << "every answer has a row";
  for (const auto& row : table) {
    auto first = login();
    subject().script().push({row.what});
    auto got = refresh(first.refresh_token);
    EXPECT_EQ(got.status, row.status) << name_of(row.what);
    EXPECT_NE(got.head.find(row.in_head), std::string::npos) << name_of(row.what) << "\n" << got.head;
    EXPECT_TRUE(got.body.find(row.in_body) != std::string::npos) << name_of(row.what);
    EXPECT_EQ(subject().model().is_current(first.refresh_token, now.wall), !row.spent) << name_of(row.what);
  }
}

TEST_F(endpoints_test, given_an_empty_400_then_it_has_no_content_type) {
  subject().script().push({answer::empty_400});
  EXPECT_EQ(refresh("x").head.find("Content-Type"), std::string::npos);
}

TEST_F(endpoints_test, given_every_enumeration_then_each_name_reads_back) {
  for (const auto& entry : names_of(answer{}))
    EXPECT_EQ(parse_name<answer>(name_of(entry.value)), entry.value);
  for (const auto& entry : names_of(fault{}))
    EXPECT_EQ(parse_name<fault>(name_of(entry.value)), entry.value);
}

TEST_F(endpoints_test, given_each_refusal_style_when_a_token_is_used_twice_then_its_words) {
  for (auto [style, status, words] : {std::tuple{refusal_style::rfc, 400, "invalid_grant"},
                                      {refusal_style::openai, 401, "refresh_token_reused"},
                                      {refusal_style::empty, 400, ""},
                                      {refusal_style::server_error, 500, "<html>"}}) {
    settings.refusals = style;
    made.reset();
    auto first = login();
    EXPECT_EQ(refresh(first.refresh_token).status, 200);
    auto got = refresh(first.refresh_token);
    EXPECT_EQ(got.status, status);
    EXPECT_NE(got.body.find(words), std::string::npos);
    EXPECT_FALSE(subject().model().is_alive(first.family));
  }
}

TEST_F(endpoints_test, given_bodies_and_clients_that_are_wrong_then_the_standard_errors) {
  settings.client_id = "app";
  settings.client_secret = "s";
  settings.bodies = accepted_body::form;
  auto token = login().refresh_token;
  auto body = "grant_type=refresh_token&refresh_token=" + token;
  EXPECT_NE(json_body("/oauth/token", "{}").body.find("invalid_request"), std::string::npos);
  EXPECT_EQ(form("/oauth/token", body).status, 401);
  EXPECT_EQ(form("/oauth/token", body + "&client_id=app&client_secret=wrong").status, 401);
  EXPECT_NE(form("/oauth/token", "client_id=app&client_secret=s").body.find("invalid_request"), std::string::npos);
  EXPECT_NE(form("/oauth/token", "client_id=app&client_secret=s&grant_type=x").body.find("unsupported_grant_type"),
            std::string::npos);
  EXPECT_EQ(form("/oauth/token", body, "Basic YXBwOnM=").status, 200);
  EXPECT_EQ(subject().model().counts().by_grant.at("other"), 1u);
}

TEST_F(endpoints_test, given_a_json_body_then_it_is_read_like_a_form) {
  auto token = login().refresh_token;
  EXPECT_EQ(json_body("/oauth/token", R"({"grant_type":"refresh_token","refresh_token":")" + token + "\"}").status,
            200);
}

TEST_F(endpoints_test, given_a_login_then_api_introspection_and_revocation_agree) {
  auto tokens = login();
  EXPECT_EQ(send("GET", "/api", "", "", "Bearer " + tokens.access_token).status, 200);
  EXPECT_TRUE(json::parse(form("/introspect", "token=" + tokens.access_token).body)["active"].get<bool>());
  EXPECT_EQ(form("/oauth/revoke", "token=" + tokens.refresh_token).status, 200);
  auto refused = send("GET", "/api", "", "", "Bearer " + tokens.access_token);
  EXPECT_EQ(refused.status, 401);
  EXPECT_NE(refused.head.find("WWW-Authenticate: Bearer"), std::string::npos);
  EXPECT_FALSE(json::parse(form("/introspect", "token=" + tokens.access_token).body)["active"].get<bool>());
  EXPECT_EQ(form("/oauth/revoke", "token=unknown").status, 200);
}

TEST_F(endpoints_test, given_control_requests_then_issue_script_and_refuse_work_and_bad_ones_say_why) {
  auto issued = json::parse(json_body("/control/issue", R"({"account":"bob"})").body);
  EXPECT_EQ(issued["account"], "bob");
  auto token = issued["refresh_token"].get<std::string>();
  EXPECT_EQ(json_body("/control/refuse", R"({"answer":"openai-reused","token":")" + token + "\"}").status, 200);
  EXPECT_EQ(refresh(token).status, 401);
  EXPECT_EQ(refresh(token).status, 401);
  EXPECT_EQ(subject().model().counts().after_refusal, 1u);
  EXPECT_EQ(json_body("/control/refuse", R"({"answer":"normal","token":"x"})").status, 400);
  EXPECT_EQ(json_body("/control/script", R"({"answer":"nope"})").status, 400);
  EXPECT_EQ(form("/control/issue", "account=eve").status, 415) << "a web page could send this";
  EXPECT_EQ(send("GET", "/control/issue").status, 405);
  EXPECT_EQ(send("GET", "/nowhere").status, 404);
}

TEST_F(endpoints_test, given_requests_then_neither_log_nor_stats_hold_a_token) {
  auto tokens = login();
  refresh(tokens.refresh_token);
  refresh(tokens.refresh_token);
  send("GET", "/" + tokens.refresh_token);
  auto stats = send("GET", "/stats").body;
  auto parsed = json::parse(stats);
  EXPECT_EQ(parsed["token_requests"], 2);
  EXPECT_EQ(parsed["replays"], 1);
  EXPECT_EQ(parsed["timeline"].size(), 2u);
  EXPECT_EQ(stats.find("rt_"), std::string::npos);
  EXPECT_EQ(lines.size(), 4u);
  for (const auto& line : lines)
    EXPECT_EQ(line.find("rt_"), std::string::npos) << "a token in the log";
}

TEST_F(endpoints_test, given_a_clock_skew_then_the_date_header_and_the_tokens_follow_it) {
  settings.clock_skew = seconds{-1'700'000'000};
  EXPECT_NE(send("GET", "/stats").head.find("Date: Thu, 01 Jan 1970 00:00:00 GMT"), std::string::npos);
}

TEST_F(endpoints_test, given_cuts_then_never_the_whole_answer) {
  for (size_t bytes : {0u, 1u, 100'000u}) {
    subject().script().push({answer::normal, fault::cut_header, {}, bytes});
    http_request request{"POST", "/oauth/token", {}, ""};
    auto cut = subject().handle(request, true, now);
    EXPECT_EQ(cut.then, ending::close);
    EXPECT_EQ(cut.bytes.find("\r\n\r\n"), std::string::npos);
    subject().script().push({answer::normal, fault::cut_body, {}, bytes});
    cut = subject().handle(request, true, now);
    auto length = cut.bytes.find("Content-Length: ");
    auto promised = std::stoul(cut.bytes.substr(length + 16));
    EXPECT_LT(cut.bytes.size() - (cut.bytes.find("\r\n\r\n") + 4), promised);
  }
}

} // namespace
} // namespace breakwater::fake
