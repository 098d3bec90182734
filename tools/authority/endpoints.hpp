#pragma once
#include "breakwater/tools/authority/authority_model.hpp"
#include "breakwater/tools/authority/behavior.hpp"
#include "breakwater/tools/authority/http_handler.hpp"
#include "breakwater/tools/authority/request_codec.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace breakwater::fake {

/// A point in time as the server sees it.
struct server_time {
  /// Since the server started.
  span since_start{0};
  wall_time wall;
};

/// Every URL of the authority: reads the request, asks the model and the script, words the answer. No sockets and no
/// clock, so it can be tested by calling it. Not thread safe: its owner locks.
class endpoints {
public:
  /// One line per request, without its end, free of tokens: they show as the first digits of their hash.
  using log_hook = std::function<void(std::string_view line)>;

  endpoints(authority_settings settings, log_hook log);

  reply_plan handle(const http_request&, bool keep_alive, server_time now);
  /// Takes the next behavior of the script if it strikes before the request is read; else one that does nothing.
  behavior take_early_fault();

  authority_model& model() { return model_; }
  const authority_model& model() const { return model_; }
  playbook& script() { return script_; }
  const authority_settings& settings() const { return settings_; }

private:
  struct routed {
    http_answer answer;
    behavior how;
    /// What the log says behind the status.
    std::string note;
  };

  routed route(const http_request&, server_time now);
  routed token(const http_request&, server_time now);
  http_answer redeem(const parameters&, const behavior&, server_time now);
  std::optional<http_answer> objection(const http_request&, const std::optional<parameters>&) const;
  bool is_known(const client_identity&) const;
  routed revoke(const http_request&);
  routed introspect(const http_request&, server_time now);
  routed api(const http_request&, server_time now);
  routed control(const http_request&, server_time now);
  http_answer control_issue(const parameters&, server_time now);
  http_answer control_refuse(const parameters&);
  reply_plan plan(const http_answer&, const behavior&, bool keep_alive, wall_time date) const;

  authority_settings settings_;
  log_hook log_;
  authority_model model_;
  playbook script_;
};

} // namespace breakwater::fake
