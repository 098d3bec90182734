#include "breakwater/tools/authority/behavior.hpp"

namespace breakwater::fake {

std::span<const named<answer>> names_of(answer) {
  static constexpr named<answer> all[] = {
      {answer::normal, "normal", "what the settings say"},
      {answer::no_refresh_token, "no-refresh-token", "200 without refresh_token; the old one stays good"},
      {answer::same_tokens, "same-tokens", "200 with the same tokens again"},
      {answer::expires_in_string, "expires-in-string", "200 with \"expires_in\": \"3600\""},
      {answer::lower_case_type, "lower-case-type", "200 with \"token_type\": \"bearer\""},
      {answer::expired_token, "expired-token", "200 with an access token that has ended already"},
      {answer::empty_token, "empty-token", "200 with empty strings as tokens; the old one is spent"},
      {answer::other_account, "other-account", "200 with tokens of another account"},
      {answer::empty_object, "empty-object", "200 {}; the old one is spent"},
      {answer::empty_200, "empty-200", "200 without a body; the old one is spent"},
      {answer::not_json, "not-json", "200 with text that is no JSON; the old one is spent"},
      {answer::huge_body, "huge-body", "200 with 8 MiB of JSON; the old one is spent"},
      {answer::invalid_grant, "invalid-grant", "400 invalid_grant (RFC 6749, section 5.2)"},
      {answer::openai_expired, "openai-expired", "401 refresh_token_expired"},
      {answer::openai_reused, "openai-reused", "401 refresh_token_reused"},
      {answer::openai_invalidated, "openai-invalidated", "401 refresh_token_invalidated"},
      {answer::unauthorized, "unauthorized", "401 without a known code"},
      {answer::numeric_error, "numeric-error", "401 {\"result\":0,\"error\":9}"},
      {answer::empty_400, "empty-400", "400 with an empty body and no content type"},
      {answer::invalid_request, "invalid-request", "400 invalid_request"},
      {answer::invalid_client, "invalid-client", "401 invalid_client"},
      {answer::unsupported_grant_type, "unsupported-grant-type", "400 unsupported_grant_type"},
      {answer::error_500, "error-500", "500 with an HTML page"},
      {answer::bad_gateway, "bad-gateway", "502 with an HTML page, as from a proxy"},
      {answer::unavailable, "unavailable", "503 with Retry-After in seconds"},
      {answer::unavailable_date, "unavailable-date", "503 with Retry-After as a date"},
      {answer::rate_limited, "rate-limited", "429 with Retry-After in seconds"},
      {answer::temporarily_unavailable, "temporarily-unavailable", "503 with that error code as JSON, no Retry-After"},
      {answer::portal_200, "portal-200", "200 with an HTML page, as from a captive portal"},
      {answer::portal_403, "portal-403", "403 with an HTML page, as from a firewall"},
      {answer::redirect, "redirect", "302 to a login page"},
      {answer::not_found, "not-found", "404"},
  };
  return all;
}

std::span<const named<fault>> names_of(fault) {
  static constexpr named<fault> all[] = {
      {fault::none, "none", "the answer arrives whole"},
      {fault::reset_at_accept, "reset-at-accept", "the connection is reset before anything is read"},
      {fault::never_read, "never-read", "the connection is accepted and never read"},
      {fault::cut_request, "cut-request", "some bytes of the request are read (50), then reset"},
      {fault::lost_by_reset, "lost-by-reset", "processed, then reset instead of the answer"},
      {fault::lost_by_close, "lost-by-close", "processed, then closed instead of the answer"},
      {fault::cut_header, "cut-header", "processed, closed inside the header of the answer"},
      {fault::cut_body, "cut-body", "processed, closed inside the body of the answer"},
      {fault::drip, "drip", "processed, the answer comes byte by byte"},
  };
  return all;
}

bool redeems(answer a) { return a <= answer::huge_body; }

bool refuses(answer a) { return a >= answer::invalid_grant && a <= answer::numeric_error; }

bool is_early(fault f) { return f >= fault::reset_at_accept && f <= fault::cut_request; }

void playbook::clear() {
  scripted_.clear();
  standing_ = {};
}

behavior playbook::take() {
  if (scripted_.empty())
    return standing_;
  auto& front = scripted_.front();
  if (front.count > 1) {
    --front.count;
    return front.what;
  }
  auto taken = std::move(front.what);
  scripted_.pop_front();
  return taken;
}

} // namespace breakwater::fake
