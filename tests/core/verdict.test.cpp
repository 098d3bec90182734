#include "breakwater/core/verdict.hpp"

#include <gtest/gtest.h>

#include <map>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace breakwater {
namespace {

/// A verdict that GoogleTest can print.
struct outcome : verdict {
  constexpr outcome(verdict v) : verdict(v) {}
  constexpr outcome(verdict_kind k, refusal why = refusal::none) : verdict{k, why} {}
};

std::ostream& operator<<(std::ostream& out, const outcome& o) {
  return out << to_string(o.kind) << " (" << to_string(o.reason) << ")";
}

constexpr outcome issued{verdict_kind::issued};
constexpr outcome expired{verdict_kind::refused, refusal::expired};
constexpr outcome reused{verdict_kind::refused, refusal::reused};
constexpr outcome revoked{verdict_kind::refused, refusal::revoked};
constexpr outcome refused{verdict_kind::refused, refusal::unknown};
constexpr outcome unconfirmed{verdict_kind::unconfirmed, refusal::unknown};
constexpr outcome misconfigured{verdict_kind::misconfigured};
constexpr outcome unavailable{verdict_kind::unavailable};
constexpr outcome unsent{verdict_kind::unsent};
constexpr outcome in_doubt{verdict_kind::in_doubt};

token_answer answered(int status, body_kind body = body_kind::json, std::string code = {}) {
  token_answer a;
  a.how = delivery::answered;
  a.status = status;
  a.body = body;
  a.error_code = std::move(code);
  return a;
}

token_answer undelivered(delivery how) {
  token_answer a;
  a.how = how;
  return a;
}

outcome judged(const token_answer& a) {
  static const auto table = default_verdicts();
  return judge(a, table);
}

outcome judged_as_openai(const token_answer& a) {
  static const auto table = openai_verdicts();
  return judge(a, table);
}

outcome judged(int status, body_kind body = body_kind::json, std::string code = {}) {
  return judged(answered(status, body, std::move(code)));
}

TEST(verdict, given_2xx_with_an_access_token_when_judged_then_issued) {
  for (int status : {200, 201, 299}) {
    auto a = answered(status);
    a.access_token = secret{"access"};
    EXPECT_EQ(judged(a), issued) << "no refresh token in the answer";
    a.refresh_token = secret{"refresh"};
    EXPECT_EQ(judged(a), issued);
  }
}

TEST(verdict, given_2xx_with_only_other_tokens_when_judged_then_issued_for_openai_alone) {
  auto only_refresh = answered(200), only_id = answered(200);
  only_refresh.refresh_token = secret{"refresh"};
  only_id.id_token = secret{"id"};
  for (const auto& a : {only_refresh, only_id}) {
    EXPECT_EQ(judged(a), in_doubt);
    EXPECT_EQ(judged_as_openai(a), issued);
  }
  EXPECT_EQ(judged_as_openai(answered(200)), in_doubt) << "no token at all";
}

TEST(verdict, given_tokens_at_another_status_when_judged_then_not_issued) {
  auto a = answered(500);
  a.access_token = secret{"access"};
  EXPECT_EQ(judged(a), in_doubt);
}

TEST(verdict, given_a_code_of_refusal_when_judged_then_refused_at_any_status) {
  for (int status : {200, 302, 400, 401, 403, 404, 429, 500, 503}) {
    SCOPED_TRACE(status);
    EXPECT_EQ(judged(status, body_kind::json, "refresh_token_expired"), expired);
    EXPECT_EQ(judged(status, body_kind::json, "refresh_token_reused"), reused);
    EXPECT_EQ(judged(status, body_kind::json, "refresh_token_invalidated"), revoked);
    EXPECT_EQ(judged(status, body_kind::json, "invalid_grant"), refused);
  }
}

TEST(verdict, given_a_code_in_other_case_when_judged_then_it_is_the_same_code) {
  EXPECT_EQ(judged(401, body_kind::json, "Refresh_Token_REUSED"), reused);
  EXPECT_EQ(judged(400, body_kind::json, "INVALID_CLIENT"), misconfigured);
}

TEST(verdict, given_half_a_code_when_judged_then_it_is_no_code) {
  for (auto code : {"invalid_gran", "invalid_grants", "xinvalid_grant", "invalid grant"})
    EXPECT_EQ(judged(400, body_kind::json, code), unconfirmed) << code;
}

TEST(verdict, given_a_code_that_blames_the_client_when_judged_then_misconfigured) {
  for (auto code :
       {"invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope", "invalid_request"})
    for (int status : {400, 401, 403})
      EXPECT_EQ(judged(status, body_kind::json, code), misconfigured) << code << " at " << status;
}

TEST(verdict, given_the_wrong_place_or_a_redirect_when_judged_then_misconfigured) {
  for (int status : {404, 405, 300, 301, 302, 303, 307, 308, 399})
    for (auto body : {body_kind::empty, body_kind::json, body_kind::html, body_kind::other})
      EXPECT_EQ(judged(status, body), misconfigured) << status;
}

TEST(verdict, given_a_wish_for_patience_when_judged_then_unavailable) {
  EXPECT_EQ(judged(400, body_kind::json, "temporarily_unavailable"), unavailable);
  EXPECT_EQ(judged(500, body_kind::json, "temporarily_unavailable"), unavailable);
  for (int status : {408, 425, 429})
    for (auto body : {body_kind::empty, body_kind::json, body_kind::html})
      EXPECT_EQ(judged(status, body), unavailable) << status;
}

TEST(verdict, given_503_when_judged_then_unavailable_only_if_somebody_wrote_it_on_purpose) {
  auto with_retry_after = answered(503, body_kind::html);
  with_retry_after.retry_after = std::chrono::seconds{0};
  EXPECT_EQ(judged(with_retry_after), unavailable);
  EXPECT_EQ(judged(503, body_kind::json, "server_error"), unavailable);
  EXPECT_EQ(judged(503, body_kind::json), in_doubt) << "JSON that names no error";
  EXPECT_EQ(judged(503, body_kind::html), in_doubt);
  EXPECT_EQ(judged(503, body_kind::empty), in_doubt);
  auto other = answered(502);
  other.retry_after = std::chrono::seconds{1};
  EXPECT_EQ(judged(other), in_doubt) << "a proxy may have forwarded the request";
}

TEST(verdict, given_a_portal_or_a_firewall_when_judged_then_unavailable) {
  for (int status : {403, 407, 511})
    for (auto body : {body_kind::empty, body_kind::json, body_kind::html, body_kind::other})
      EXPECT_EQ(judged(status, body), unavailable) << status;
  for (int status : {200, 400, 401, 402, 418, 499})
    EXPECT_EQ(judged(status, body_kind::html), unavailable) << status;
}

TEST(verdict, given_any_other_401_when_judged_then_refused_for_an_unknown_reason) {
  EXPECT_EQ(judged(401, body_kind::empty), refused);
  EXPECT_EQ(judged(401, body_kind::other), refused);
  EXPECT_EQ(judged(401, body_kind::json, "token_dead"), refused);
}

TEST(verdict, given_400_without_a_known_code_when_judged_then_unconfirmed) {
  EXPECT_EQ(judged(400, body_kind::empty), unconfirmed);
  EXPECT_EQ(judged(400, body_kind::other), unconfirmed);
  EXPECT_EQ(judged(400, body_kind::json, "something_else"), unconfirmed);
}

TEST(verdict, given_another_4xx_when_judged_then_misconfigured) {
  for (int status : {402, 406, 409, 410, 415, 418, 422, 451, 499})
    EXPECT_EQ(judged(status), misconfigured) << status;
}

TEST(verdict, given_no_answer_when_judged_then_unsent_or_in_doubt) {
  EXPECT_EQ(judged(undelivered(delivery::unsent)), unsent);
  EXPECT_EQ(judged(undelivered(delivery::lost)), in_doubt);
}

TEST(verdict, given_an_answer_that_was_cut_when_judged_then_its_status_counts_for_nothing) {
  for (int status : {200, 302, 400, 401, 404, 429, 503}) {
    auto cut = answered(status, body_kind::html, "invalid_grant");
    cut.how = delivery::lost;
    cut.access_token = secret{"access"};
    cut.retry_after = std::chrono::seconds{1};
    EXPECT_EQ(judged(cut), in_doubt) << status;
  }
}

TEST(verdict, given_2xx_without_a_token_or_another_5xx_when_judged_then_in_doubt) {
  for (auto body : {body_kind::empty, body_kind::json, body_kind::other})
    EXPECT_EQ(judged(200, body), in_doubt);
  EXPECT_EQ(judged(204, body_kind::empty), in_doubt);
  for (int status : {500, 501, 502, 504, 599})
    EXPECT_EQ(judged(status, body_kind::html), in_doubt) << status;
}

TEST(verdict, given_a_status_that_no_row_knows_when_judged_then_in_doubt) {
  for (int status : {-1, 0, 100, 199, 600, 999, 1000})
    EXPECT_EQ(judged(status), in_doubt) << status;
  EXPECT_EQ(outcome{judge(answered(400), verdict_table{})}, in_doubt) << "an empty table knows nothing";
}

TEST(verdict, given_what_real_servers_answer_when_judged_then_as_the_docs_say) {
  struct row {
    const char* name;
    token_answer answer;
    outcome gives;
  };
  auto ok = answered(200);
  ok.access_token = secret{"access"};
  const row rows[] = {
      {"ok without a refresh token", ok, issued},
      {"used twice, a certified server", answered(400, body_kind::json, "invalid_grant"), refused},
      {"used twice, nothing said", answered(400, body_kind::empty), unconfirmed},
      {"unknown token called a bad request", answered(400, body_kind::json, "invalid_request"), misconfigured},
      {"revoked, 500 with HTML every time", answered(500, body_kind::html), in_doubt},
      {"unknown client", answered(401, body_kind::json, "invalid_client"), misconfigured},
      {"unknown client, nothing said", answered(400, body_kind::empty), unconfirmed},
      {"unknown client, a number for an error", answered(401, body_kind::json), refused},
      {"OpenAI: expired", answered(401, body_kind::json, "refresh_token_expired"), expired},
      {"OpenAI: reused", answered(401, body_kind::json, "refresh_token_reused"), reused},
      {"OpenAI: revoked", answered(401, body_kind::json, "refresh_token_invalidated"), revoked},
      {"OpenAI: another 401", answered(401, body_kind::json, "account_deactivated"), refused},
      {"header cut: 200 and no body", answered(200, body_kind::empty), in_doubt},
  };
  for (const auto& [name, answer, gives] : rows) {
    EXPECT_EQ(judged(answer), gives) << name;
    EXPECT_EQ(judged_as_openai(answer), gives) << name;
  }
}

TEST(verdict, given_a_row_of_ones_own_in_front_when_judged_then_it_wins_and_the_rest_stays) {
  auto table = default_verdicts();
  verdict_rule row;
  row.status_min = row.status_max = 400;
  row.codes = {"TOKEN_GONE"};
  row.gives = revoked;
  table.insert(table.begin(), row);
  EXPECT_EQ(outcome{judge(answered(400, body_kind::json, "token_gone"), table)}, revoked);
  EXPECT_EQ(outcome{judge(answered(400, body_kind::json, "other"), table)}, unconfirmed);
  EXPECT_EQ(outcome{judge(answered(401, body_kind::json, "token_gone"), table)}, refused);
}

TEST(verdict, given_every_kind_when_named_then_as_in_the_header) {
  const char* names[] = {"issued", "refused", "unconfirmed", "misconfigured", "unavailable", "unsent", "in_doubt"};
  for (int i = 0; i < 7; ++i)
    EXPECT_EQ(to_string(static_cast<verdict_kind>(i)), names[i]);
  EXPECT_EQ(to_string(static_cast<verdict_kind>(99)), "unknown");
}

/// The table said once more, in another shape: by status, not by row. `code` is in lower case.
outcome restated(const token_answer& a, std::string_view code, bool has_token) {
  static const std::map<std::string_view, outcome> at_any_status = {
      {"refresh_token_expired", expired},        {"refresh_token_reused", reused},
      {"refresh_token_invalidated", revoked},    {"invalid_grant", refused},
      {"invalid_client", misconfigured},         {"unauthorized_client", misconfigured},
      {"unsupported_grant_type", misconfigured}, {"invalid_scope", misconfigured},
      {"invalid_request", misconfigured},
  };
  if (a.how != delivery::answered)
    return a.how == delivery::unsent ? unsent : in_doubt;
  int hundreds = a.status / 100;
  if (hundreds == 2 && has_token)
    return issued;
  if (auto known = at_any_status.find(code); known != at_any_status.end())
    return known->second;

  bool html = a.body == body_kind::html, patience = code == "temporarily_unavailable";
  switch (a.status) {
  case 404:
  case 405:
    return misconfigured;
  case 403:
  case 407:
  case 408:
  case 425:
  case 429:
  case 511:
    return unavailable;
  case 401:
    return html || patience ? unavailable : refused;
  case 400:
    return html || patience ? unavailable : unconfirmed;
  case 503:
    return patience || a.retry_after.count() >= 0 || (a.body == body_kind::json && !code.empty()) ? unavailable
                                                                                                  : in_doubt;
  default:
    break;
  }
  if (hundreds == 3)
    return misconfigured;
  if (patience || (html && (hundreds == 2 || hundreds == 4)))
    return unavailable;
  return hundreds == 4 ? misconfigured : in_doubt;
}

struct code_class {
  const char* sent;
  const char* lower;
};

constexpr code_class code_classes[] = {
    {"", ""},
    {"refresh_token_expired", "refresh_token_expired"},
    {"Refresh_Token_Reused", "refresh_token_reused"},
    {"refresh_token_invalidated", "refresh_token_invalidated"},
    {"INVALID_GRANT", "invalid_grant"},
    {"invalid_client", "invalid_client"},
    {"unauthorized_client", "unauthorized_client"},
    {"unsupported_grant_type", "unsupported_grant_type"},
    {"invalid_scope", "invalid_scope"},
    {"invalid_request", "invalid_request"},
    {"Temporarily_Unavailable", "temporarily_unavailable"},
    {"server_error", "server_error"},
};

/// Every answer that has this status, delivery and code, judged by both tables.
int expect_restated(int status, delivery how, const code_class& code) {
  int combinations = 0;
  static const secret token{"token"};
  auto a = answered(status, body_kind::empty, code.sent);
  a.how = how;
  for (auto body : {body_kind::empty, body_kind::json, body_kind::html, body_kind::other})
    for (int retry_after : {-1, 0, 3600})
      for (int tokens = 0; tokens < 8; ++tokens) {
        a.body = body;
        a.retry_after = std::chrono::seconds{retry_after};
        a.access_token = tokens & 1 ? token : secret{};
        a.refresh_token = tokens & 2 ? token : secret{};
        a.id_token = tokens & 4 ? token : secret{};
        auto wanted = restated(a, code.lower, tokens & 1), wanted_openai = restated(a, code.lower, tokens != 0);
        auto got = judged(a), got_openai = judged_as_openai(a);
        if (got != wanted || got_openai != wanted_openai)
          ADD_FAILURE() << "status " << status << ", delivery " << int(how) << ", body " << int(body) << ", code '"
                        << code.sent << "', Retry-After " << retry_after << ", tokens " << tokens << ": " << got
                        << " instead of " << wanted << ", OpenAI " << got_openai << " instead of " << wanted_openai;
        ++combinations;
      }
  return combinations;
}

TEST(verdict, given_every_combination_when_judged_then_the_verdict_is_the_restated_one) {
  int combinations = 0;
  for (int status = 100; status <= 599 && !HasFailure(); ++status)
    for (const auto& code : code_classes)
      combinations += expect_restated(status, delivery::answered, code);
  for (int status : {0, 200, 302, 400, 401, 404, 429, 500, 503})
    for (const auto& code : code_classes)
      for (auto how : {delivery::unsent, delivery::lost, delivery::answered})
        combinations += expect_restated(status, how, code);
  EXPECT_EQ(combinations, (500 + 9 * 3) * 12 * 4 * 3 * 8);
}

} // namespace
} // namespace breakwater
