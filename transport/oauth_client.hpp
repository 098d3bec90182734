#pragma once
#include "breakwater/messages/exchange_messages.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace breakwater {

/// Checks an authority's settings before first use: absolute URLs, https unless the host is loopback, a client id, a
/// secret where the authentication needs one, a readable CA bundle. Returns what is wrong, where, and what to do.
std::optional<std::string> problem_of(const authority&);

/// Sends token and revocation requests. One thread and one curl multi handle serve any number of authorities; a
/// request is sent at most once, whatever happens. All members may be called from any thread; the destructor not from
/// a callback. An authority whose settings `problem_of` rejects is never spoken to: the answer is `unsent` and says
/// why.
///
/// Proxies come from the usual environment variables (https_proxy, all_proxy, no_proxy) and never apply to loopback.
/// Wiped when freed: rendered requests, received bodies, and every token. Not ours to wipe, and so not wiped: the
/// buffers of curl, TLS and the JSON lexer; docs of curl_transfer.hpp and oauth_codec.hpp name them.
class oauth_client {
public:
  oauth_client();
  /// Cancels what is under way (its callbacks are called), then joins the thread. What a callback asks meanwhile ends
  /// unsent.
  ~oauth_client();
  oauth_client(const oauth_client&) = delete;
  oauth_client& operator=(const oauth_client&) = delete;

  /// Sends one refresh request (RFC 6749, section 6). `done` is called exactly once, on the loop's thread, and must
  /// not block; the number names the request for `cancel`. `to` is not null.
  uint64_t refresh(std::shared_ptr<const authority> to, secret refresh_token, std::function<void(token_answer)> done);

  /// Sends one revocation request (RFC 7009, section 2.1). Without a revocation endpoint it answers so, unsent.
  uint64_t revoke(std::shared_ptr<const authority> to, secret token, token_kind kind,
                  std::function<void(revocation_answer)> done);

  /// Ends a request early: its callback reports it as lost or unsent, whichever is true. Unknown numbers do nothing.
  void cancel(uint64_t request);

private:
  class impl;
  std::unique_ptr<impl> impl_;
};

/// Settings for an authority that keeps to RFC 6749: form body, public client.
authority generic_authority(std::string token_endpoint, std::string client_id);

/// Settings for OpenAI's token endpoint: a JSON body with client_id, grant_type and refresh_token.
authority openai_authority(std::string client_id);

} // namespace breakwater
