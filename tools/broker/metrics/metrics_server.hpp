#pragma once
#include "breakwater/tools/broker/net/loop.hpp"

#include <functional>
#include <memory>
#include <string>

namespace breakwater::broker {

/// Serves /metrics and /healthz over HTTP on a loopback address, in the loop's thread. A request whose Host header
/// names another host is refused: a web page that the user visits must not read them by DNS rebinding. Nothing but GET
/// and HEAD, no request body.
class metrics_server : public loop_guest {
public:
  /// `render` gives the text of /metrics.
  explicit metrics_server(std::function<std::string()> render);
  ~metrics_server() override;

  /// `127.0.0.1:9464` or `[::1]:9464`; port 0: a free one. Returns what went wrong, or nothing.
  std::string listen(const std::string& address);
  /// The URL of /metrics.
  std::string url() const;

  int descriptor() const override;
  void on_ready() override;
  std::optional<std::chrono::milliseconds> timeout() override;

private:
  class daemon;
  std::unique_ptr<daemon> daemon_;
};

/// True if a Host header (RFC 9110, section 7.2) names this machine's loopback and this port, or no port.
bool is_loopback_host(std::string_view host, uint16_t port);

} // namespace breakwater::broker
