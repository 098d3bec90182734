#include "breakwater/tools/storm/other_process.hpp"

#include "breakwater/transport/oauth_client.hpp"

#include <future>

namespace breakwater::storm {

std::optional<credential> refresh_elsewhere(const authority& to, credential held) {
  std::promise<token_answer> answered;
  oauth_client client;
  client.refresh(std::make_shared<const authority>(to), held.refresh_token,
                 [&](token_answer answer) { answered.set_value(std::move(answer)); });
  auto answer = answered.get_future().get();
  if (answer.access_token.empty() || answer.refresh_token.empty())
    return std::nullopt;
  held.access_token = answer.access_token;
  held.refresh_token = answer.refresh_token;
  held.id_token = answer.id_token;
  held.expires_at = std::chrono::system_clock::now() + answer.expires_in;
  return held;
}

} // namespace breakwater::storm
