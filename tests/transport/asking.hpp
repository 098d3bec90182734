#pragma once
#include "breakwater/transport/oauth_client.hpp"

#include <future>
#include <memory>
#include <string>

namespace breakwater::testing {

inline constexpr std::string_view sent_token = "rt-sent-5up3rs3cr3t-0123456789";

/// Settings with time-outs that keep a failing test short.
inline std::shared_ptr<authority> settings_for(std::string url) {
  auto made = std::make_shared<authority>(generic_authority(std::move(url), "client-1"));
  made->total_timeout = std::chrono::seconds{20};
  return made;
}

/// Asks and waits for the answer.
inline token_answer ask(oauth_client& client, std::shared_ptr<const authority> to, secret token = secret{sent_token}) {
  std::promise<token_answer> promise;
  client.refresh(std::move(to), std::move(token), [&](token_answer answer) { promise.set_value(std::move(answer)); });
  return promise.get_future().get();
}

inline revocation_answer revoke(oauth_client& client, std::shared_ptr<const authority> to,
                                token_kind kind = token_kind::refresh_token) {
  std::promise<revocation_answer> promise;
  client.revoke(std::move(to), secret{sent_token}, kind,
                [&](revocation_answer answer) { promise.set_value(std::move(answer)); });
  return promise.get_future().get();
}

} // namespace breakwater::testing
