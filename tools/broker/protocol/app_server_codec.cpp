#include "breakwater/tools/broker/protocol/app_server_codec.hpp"

#include "breakwater/tools/broker/rpc/answers.hpp"
#include "breakwater/tools/broker/rpc/json_fields.hpp"

#include <algorithm>
#include <array>

namespace breakwater::broker {

namespace {

/// The wire's name for a method, as JSON text.
std::string_view mode_of(auth_method method) {
  switch (method) {
  case auth_method::api_key:
    return R"("apikey")";
  case auth_method::oauth:
    return R"("chatgpt")";
  case auth_method::external:
    return R"("chatgptAuthTokens")";
  case auth_method::none:
    break;
  }
  return "null";
}

/// Plans that clients know: typed ones reject any other word.
constexpr std::array<std::string_view, 8> known_plans{"free", "go",       "plus",       "pro",
                                                      "team", "business", "enterprise", "edu"};

std::string plan_of(const account_info& account) {
  std::string plan = account.plan;
  std::transform(plan.begin(), plan.end(), plan.begin(), [](unsigned char c) { return std::tolower(c); });
  return std::find(known_plans.begin(), known_plans.end(), plan) == known_plans.end() ? "unknown" : plan;
}

} // namespace

wiped_string render_auth_status(const status_fields& status, bool include_token) {
  wiped_string out = R"({"authMethod":)";
  out.append(mode_of(status.method)).append(R"(,"authToken":)");
  if (include_token && !status.token.empty() && status.health != auth_health::poisoned)
    out.append(json_string(status.token.reveal()));
  else
    out.append("null");
  return out.append(R"(,"requiresOpenaiAuth":true})");
}

wiped_string render_account(const status_fields& status) {
  auto out = json_document::object();
  out["account"] = nullptr;
  out["requiresOpenaiAuth"] = true;
  if (status.method == auth_method::none || status.health == auth_health::poisoned)
    return in_one_line(out);
  auto& account = out["account"] = json_document::object();
  if (status.method == auth_method::api_key) {
    set_text(account, "type", "apiKey");
    return in_one_line(out);
  }
  set_text(account, "type", "chatgpt");
  account["email"] = nullptr;
  set_if_known(account, "email", status.account.email);
  set_text(account, "planType", plan_of(status.account));
  return in_one_line(out);
}

std::string_view render_login(auth_method method) {
  return method == auth_method::external ? R"({"type":"chatgptAuthTokens"})" : R"({"type":"apiKey"})";
}

wiped_string render_account_updated(const status_fields& status) {
  wiped_string out = R"({"authMode":)";
  out.append(mode_of(status.method)).append(R"(,"planType":)");
  if (status.method == auth_method::none || status.method == auth_method::api_key || status.account.plan.empty())
    out.append("null");
  else
    out.append(json_string(plan_of(status.account)));
  return out.append("}");
}

wiped_string render_token_request(const account_info& previous) {
  auto out = json_document::object();
  set_text(out, "reason", "unauthorized");
  out["previousAccountId"] = nullptr;
  set_if_known(out, "previousAccountId", previous.id);
  return in_one_line(out);
}

} // namespace breakwater::broker
