#include "breakwater/tools/authority/authority_settings.hpp"

namespace breakwater::fake {

std::span<const named<rotation>> names_of(rotation) {
  static constexpr named<rotation> all[] = {
      {rotation::rotate, "rotate", "a new refresh token each time; the old one is spent"},
      {rotation::keep, "keep", "the same refresh token again, with a new access token"},
      {rotation::omit, "omit", "a new access token and no refresh_token in the answer; the old one stays good"},
      {rotation::same, "same", "exactly the same tokens again while the access token lives"},
  };
  return all;
}

std::span<const named<reuse>> names_of(reuse) {
  static constexpr named<reuse> all[] = {
      {reuse::revoke, "revoke", "the whole family is revoked: the newest refresh and access token die too"},
      {reuse::reject, "reject", "only that request is refused"},
      {reuse::grace, "grace", "the same new pair again within grace:MS milliseconds; later the family is revoked"},
  };
  return all;
}

std::span<const named<token_format>> names_of(token_format) {
  static constexpr named<token_format> all[] = {
      {token_format::opaque, "opaque", "random text, no ID token"},
      {token_format::jwt, "jwt", "JWTs without signature (alg none), with an ID token"},
      {token_format::jwt_hs256, "jwt-hs256", "JWTs signed with HS256, with an ID token"},
  };
  return all;
}

std::span<const named<refusal_style>> names_of(refusal_style) {
  static constexpr named<refusal_style> all[] = {
      {refusal_style::rfc, "rfc", "400 invalid_grant whatever the reason (RFC 6749, section 5.2)"},
      {refusal_style::openai, "openai", "401 with error.code refresh_token_expired, _reused or _invalidated"},
      {refusal_style::empty, "empty", "400 with an empty body and no content type"},
      {refusal_style::server_error, "server-error", "500 with an HTML page, every time"},
  };
  return all;
}

std::span<const named<accepted_body>> names_of(accepted_body) {
  static constexpr named<accepted_body> all[] = {
      {accepted_body::any, "any", "form or JSON"},
      {accepted_body::form, "form", "form only: JSON gets 400 invalid_request"},
      {accepted_body::json, "json", "JSON only: a form gets 400 invalid_request"},
  };
  return all;
}

} // namespace breakwater::fake
