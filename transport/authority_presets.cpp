#include "breakwater/transport/oauth_client.hpp"

#include <utility>

namespace breakwater {

authority generic_authority(std::string token_endpoint, std::string client_id) {
  authority made;
  made.token_endpoint = std::move(token_endpoint);
  made.client_id = std::move(client_id);
  return made;
}

authority openai_authority(std::string client_id) {
  auto made = generic_authority("https://auth.openai.com/oauth/token", std::move(client_id));
  made.revocation_endpoint = "https://auth.openai.com/oauth/revoke";
  made.format = body_format::json;
  return made;
}

} // namespace breakwater
