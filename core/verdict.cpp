#include "breakwater/core/verdict.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace breakwater {

namespace {

constexpr verdict issued{verdict_kind::issued};
constexpr verdict misconfigured{verdict_kind::misconfigured};
constexpr verdict unavailable{verdict_kind::unavailable};
constexpr verdict in_doubt{verdict_kind::in_doubt};
constexpr verdict refused(refusal reason) { return {verdict_kind::refused, reason}; }

/// A row for whole answers with a status from `min` to `max`.
verdict_rule status(int min, int max, verdict gives) {
  verdict_rule row;
  row.how = delivery::answered;
  row.status_min = min;
  row.status_max = max;
  row.gives = gives;
  return row;
}

verdict_rule status(int one, verdict gives) { return status(one, one, gives); }

/// A row for whole answers that name one of these codes, at any status.
verdict_rule code(std::vector<std::string> codes, verdict gives) {
  verdict_rule row;
  row.how = delivery::answered;
  row.codes = std::move(codes);
  row.gives = gives;
  return row;
}

/// A row for requests that got no whole answer.
verdict_rule no_answer(delivery how, verdict gives) {
  verdict_rule row;
  row.how = how;
  row.gives = gives;
  return row;
}

verdict_rule with_html(verdict_rule row) {
  row.body = body_kind::html;
  return row;
}

verdict_rule with_retry_after(verdict_rule row) {
  row.has_retry_after = true;
  return row;
}

verdict_rule with_json_error(verdict_rule row) {
  row.body = body_kind::json;
  row.has_error_code = true;
  return row;
}

verdict_rule with_access_token(verdict_rule row) {
  row.has_access_token = true;
  return row;
}

verdict_rule with_any_token(verdict_rule row) {
  row.has_any_token = true;
  return row;
}

/// All rows but the first, which says what an issued answer looks like.
verdict_table verdicts_after(verdict_rule first) {
  return {
      std::move(first),

      // Refusals are believed at any status: some servers send them with 200, 403 or 500.
      code({"refresh_token_expired"}, refused(refusal::expired)),
      code({"refresh_token_reused"}, refused(refusal::reused)),
      code({"refresh_token_invalidated"}, refused(refusal::revoked)),
      // RFC 6749 has one code for expired, reused and revoked.
      code({"invalid_grant"}, refused(refusal::unknown)),

      // The other codes of RFC 6749, section 5.2: they blame the client or the request, not the refresh token.
      code({"invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope", "invalid_request"},
           misconfigured),
      // Nothing that takes tokens lives there.
      status(404, 405, misconfigured),
      // Redirects are not followed: they would carry the refresh token elsewhere.
      status(300, 399, misconfigured),

      // The authority asks for patience.
      code({"temporarily_unavailable"}, unavailable),
      status(408, unavailable),
      status(425, unavailable),
      status(429, unavailable),
      // A 503 that somebody wrote on purpose. A bare one may be a proxy's, after it forwarded the request.
      with_retry_after(status(503, unavailable)),
      with_json_error(status(503, unavailable)),
      // A firewall, a proxy that wants a login, a captive portal: the authority was not asked.
      status(403, unavailable),
      status(407, unavailable),
      status(511, unavailable),
      with_html(status(200, 299, unavailable)),
      with_html(status(400, 499, unavailable)),

      status(401, refused(refusal::unknown)),
      // Empty or without a known code: some servers refuse like this, and some say so when they are only confused.
      status(400, {verdict_kind::unconfirmed, refusal::unknown}),
      status(400, 499, misconfigured),

      no_answer(delivery::unsent, {verdict_kind::unsent}),
      no_answer(delivery::lost, in_doubt),
      // Empty, cut, or without a token: the refresh token may have been rotated for it.
      status(200, 299, in_doubt),
      status(500, 599, in_doubt),
  };
}

constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_code(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return to_lower(x) == to_lower(y); });
}

template <class T>
bool agrees(const std::optional<T>& wanted, T found) {
  return !wanted || *wanted == found;
}

bool names_one_of(const token_answer& answer, const std::vector<std::string>& codes) {
  return codes.empty() || std::any_of(codes.begin(), codes.end(),
                                      [&](const std::string& known) { return same_code(known, answer.error_code); });
}

bool applies(const verdict_rule& row, const token_answer& answer) {
  bool has_access_token = !answer.access_token.empty();
  bool has_any_token = has_access_token || !answer.refresh_token.empty() || !answer.id_token.empty();
  return agrees(row.how, answer.how) && answer.status >= row.status_min && answer.status <= row.status_max &&
         agrees(row.body, answer.body) && agrees(row.has_retry_after, answer.retry_after.count() >= 0) &&
         agrees(row.has_error_code, !answer.error_code.empty()) && agrees(row.has_access_token, has_access_token) &&
         agrees(row.has_any_token, has_any_token) && names_one_of(answer, row.codes);
}

} // namespace

std::string to_string(verdict_kind kind) {
  switch (kind) {
  case verdict_kind::issued:
    return "issued";
  case verdict_kind::refused:
    return "refused";
  case verdict_kind::unconfirmed:
    return "unconfirmed";
  case verdict_kind::misconfigured:
    return "misconfigured";
  case verdict_kind::unavailable:
    return "unavailable";
  case verdict_kind::unsent:
    return "unsent";
  case verdict_kind::in_doubt:
    return "in_doubt";
  }
  return "unknown";
}

verdict_table default_verdicts() { return verdicts_after(with_access_token(status(200, 299, issued))); }

verdict_table openai_verdicts() { return verdicts_after(with_any_token(status(200, 299, issued))); }

verdict judge(const token_answer& answer, const verdict_table& table) {
  auto row = std::find_if(table.begin(), table.end(), [&](const verdict_rule& r) { return applies(r, answer); });
  return row == table.end() ? in_doubt : row->gives;
}

} // namespace breakwater
