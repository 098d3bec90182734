#include "breakwater/tools/authority/answers.hpp"

#include "breakwater/tools/authority/json_seconds.hpp"

namespace breakwater::fake {

namespace {

using nlohmann::json;

std::string text_of(const json& j) { return j.dump(-1, ' ', false, json::error_handler_t::replace); }

http_answer html(int status, std::string_view title) {
  auto heading = std::string{title};
  return {status,
          "text/html; charset=utf-8",
          "<!DOCTYPE html><html><head><title>" + heading + "</title></head><body><h1>" + heading +
              "</h1></body></html>\n",
          {}};
}

http_answer openai_error(std::string_view code) {
  return {401,
          "application/json",
          text_of({{"error",
                    {{"message", "The refresh token cannot be used. Please sign in again."},
                     {"type", "invalid_request_error"},
                     {"param", nullptr},
                     {"code", code}}}}),
          {}};
}

http_answer with_retry_after(http_answer a, std::string value) {
  a.headers.emplace_back("Retry-After", std::move(value));
  return a;
}

http_answer challenge(http_answer a) {
  a.headers.emplace_back("WWW-Authenticate", "Basic realm=\"token endpoint\"");
  return a;
}

json success_of(const token_set& tokens) {
  auto all = json{
      {"access_token", tokens.access_token}, {"token_type", "Bearer"}, {"expires_in", json_seconds(tokens.expires_in)}};
  if (!tokens.refresh_token.empty())
    all["refresh_token"] = tokens.refresh_token;
  if (!tokens.id_token.empty())
    all["id_token"] = tokens.id_token;
  return all;
}

// More than any sane client reads (our own stops at 1 MiB).
constexpr size_t huge = 8 << 20;

} // namespace

http_answer render_error(int status, std::string_view code, std::string_view description) {
  return {status, "application/json", text_of({{"error", code}, {"error_description", description}}), {}};
}

http_answer render_issued(const token_set& tokens, const behavior& b) {
  auto body = success_of(tokens);
  switch (b.what) {
  case answer::expires_in_string:
    body["expires_in"] = json_seconds(tokens.expires_in).dump();
    break;
  case answer::lower_case_type:
    body["token_type"] = "bearer";
    break;
  case answer::empty_token:
    body["access_token"] = "";
    body["refresh_token"] = "";
    break;
  case answer::empty_object:
    return {200, "application/json", "{}", {}};
  case answer::empty_200:
    return {200, "application/json", "", {}};
  case answer::not_json:
    return {200, "application/json", "{\"access_token\": \"cut", {}};
  case answer::huge_body:
    body["padding"] = std::string(huge, 'x');
    break;
  default:
    break;
  }
  return {200, "application/json", text_of(body), {}};
}

http_answer render_refused(refusal why, refusal_style style) {
  switch (style) {
  case refusal_style::openai:
    return openai_error(why == refusal::expired  ? "refresh_token_expired"
                        : why == refusal::reused ? "refresh_token_reused"
                                                 : "refresh_token_invalidated");
  case refusal_style::empty:
    return {400, "", "", {}};
  case refusal_style::server_error:
    return html(500, "Internal Server Error");
  case refusal_style::rfc:
    break;
  }
  return render_error(400, "invalid_grant", "grant request is invalid");
}

http_answer render_scripted(const behavior& b, wall_time now) {
  auto seconds = std::to_string(b.retry_after.count());
  switch (b.what) {
  case answer::openai_expired:
    return openai_error("refresh_token_expired");
  case answer::openai_reused:
    return openai_error("refresh_token_reused");
  case answer::openai_invalidated:
    return openai_error("refresh_token_invalidated");
  case answer::unauthorized:
    return {401, "application/json", "{\"message\":\"Unauthorized\"}", {}};
  case answer::numeric_error:
    return {401, "application/json", "{\"result\":0,\"error\":9}", {}};
  case answer::empty_400:
    return {400, "", "", {}};
  case answer::invalid_request:
    return render_error(400, "invalid_request", "a parameter is missing or malformed");
  case answer::invalid_client:
    return challenge(render_error(401, "invalid_client", "client authentication failed"));
  case answer::unsupported_grant_type:
    return render_error(400, "unsupported_grant_type", "unsupported grant_type requested");
  case answer::error_500:
    return html(500, "Internal Server Error");
  case answer::bad_gateway:
    return html(502, "Bad Gateway");
  case answer::unavailable:
    return with_retry_after(html(503, "Service Unavailable"), seconds);
  case answer::unavailable_date:
    return with_retry_after(html(503, "Service Unavailable"), http_date(now + b.retry_after));
  case answer::rate_limited:
    return with_retry_after(render_error(429, "slow_down", "too many requests"), seconds);
  case answer::temporarily_unavailable:
    return render_error(503, "temporarily_unavailable", "try again later");
  case answer::portal_200:
    return html(200, "Welcome to the guest network");
  case answer::portal_403:
    return html(403, "Blocked by policy");
  case answer::redirect: {
    auto moved = html(302, "Found");
    moved.headers.emplace_back("Location", "/login");
    return moved;
  }
  case answer::not_found:
    return html(404, "Not Found");
  default:
    return render_error(400, "invalid_grant", "grant request is invalid");
  }
}

} // namespace breakwater::fake
