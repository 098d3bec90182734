#include "breakwater/tests/support/samples.hpp"

namespace breakwater::testing {

token_answer issued(std::string_view access_token, std::string_view refresh_token,
                    std::chrono::milliseconds expires_in) {
  token_answer out;
  out.how = delivery::answered;
  out.status = 200;
  out.body = body_kind::json;
  out.access_token = secret{access_token};
  out.refresh_token = secret{refresh_token};
  out.expires_in = expires_in;
  return out;
}

token_answer refused(std::string_view error_code) {
  token_answer out;
  out.how = delivery::answered;
  out.status = error_code.starts_with("refresh_token_") ? 401 : 400;
  out.body = error_code.empty() ? body_kind::empty : body_kind::json;
  out.error_code = error_code;
  return out;
}

token_answer unavailable(std::chrono::seconds retry_after) {
  token_answer out;
  out.how = delivery::answered;
  out.status = 503;
  out.retry_after = retry_after;
  return out;
}

token_answer lost() {
  token_answer out;
  out.how = delivery::lost;
  out.transport_error = "authority.example: the answer was lost";
  return out;
}

token_answer unsent() {
  token_answer out;
  out.how = delivery::unsent;
  out.transport_error = "authority.example: connection refused";
  return out;
}

credential oauth_credential(std::string_view access_token, std::string_view refresh_token, wall_time expires_at,
                            std::string_view account) {
  credential out;
  out.method = auth_method::oauth;
  out.access_token = secret{access_token};
  out.refresh_token = secret{refresh_token};
  out.account.id = account;
  out.expires_at = expires_at;
  return out;
}

} // namespace breakwater::testing
