#pragma once
#include "breakwater/messages/secret.hpp"
#include "breakwater/tools/authority/authority_settings.hpp"
#include "breakwater/tools/authority/behavior.hpp"
#include "breakwater/tools/authority/statistics.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

/// A hostile authorization server for tests: what real ones do to their clients, on demand, over real HTTP.
namespace breakwater::fake {

/// What a login gives.
struct grant {
  secret access_token;
  secret refresh_token;
  /// Empty if tokens are opaque.
  secret id_token;
  std::string account;
  uint64_t family = 0;
  std::chrono::milliseconds expires_in{0};
};

struct server_options {
  authority_settings authority;
  /// Zero: a free port.
  uint16_t port = 0;
  /// Gets one line per request, free of tokens, on the server's thread. It must not call the server.
  std::function<void(std::string_view line)> log;
};

/// The authority on 127.0.0.1, with one thread for any number of connections. All members may be called from any
/// thread; `start` and `stop` from one.
class server {
public:
  explicit server(server_options options = {});
  /// Stops.
  ~server();
  server(const server&) = delete;
  server& operator=(const server&) = delete;

  /// Listens and serves; once in the life of a server. Returns what went wrong, or nothing.
  std::optional<std::string> start();
  /// Ends every connection and joins the thread. What was counted can still be read.
  void stop();

  /// `http://127.0.0.1:port`, valid after `start`; so are the next two.
  std::string url() const;
  std::string token_endpoint() const;
  std::string revocation_endpoint() const;

  /// A login: a new family of tokens.
  grant issue(std::string account = "alice");
  /// A login whose access token ends after `lifetime`; zero or less: it has ended already.
  grant issue(std::string account, std::chrono::milliseconds lifetime);

  /// The next `count` token requests get `next`, after what was scripted before.
  void script(behavior next, size_t count = 1);
  /// Every token request that no script is for gets `always`.
  void stand(behavior always);
  /// Forgets scripts and the standing behavior.
  void clear_script();

  /// From now on the refresh tokens of this family get `with`, an answer that does not honour them; its access tokens
  /// live on. False: no such family, or an answer that honours.
  bool refuse(uint64_t family, answer with);
  /// Ends the family: refresh and access tokens.
  bool revoke(uint64_t family);

  /// RFC 7662, without the request: would a resource server take this access token now?
  bool is_valid(const secret& access_token) const;
  /// Would a refresh with this token be honoured now?
  bool is_current(const secret& refresh_token) const;
  bool is_alive(uint64_t family) const;

  statistics stats() const;
  /// The same without tokens, families and timeline: cheap enough for a progress display.
  statistics totals() const;

private:
  class impl;
  std::unique_ptr<impl> impl_;
};

} // namespace breakwater::fake
