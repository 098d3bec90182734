#include "breakwater/tools/broker/metrics/metrics_server.hpp"

#include <microhttpd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace breakwater::broker {

namespace {

constexpr unsigned connections_max = 32;
constexpr unsigned idle_seconds_max = 10;

struct listening {
  unique_fd socket;
  uint16_t port = 0;
  bool is_v6 = false;
  std::string problem;
};

std::string wrong_address(const std::string& address) {
  return "metrics address " + address +
         ": write it as 127.0.0.1:PORT or [::1]:PORT; other hosts are not served, since "
         "metrics have no access control";
}

listening listen_on(const std::string& address) {
  listening out;
  auto colon = address.rfind(':');
  auto host = address.substr(0, colon == std::string::npos ? 0 : colon);
  out.is_v6 = host == "[::1]";
  auto* digits = address.data() + (colon == std::string::npos ? address.size() : colon + 1);
  auto* end = address.data() + address.size();
  auto [stop, error] = std::from_chars(digits, end, out.port);
  if ((!out.is_v6 && host != "127.0.0.1") || error != std::errc{} || stop != end) {
    out.problem = wrong_address(address);
    return out;
  }
  sockaddr_in6 v6{};
  sockaddr_in v4{};
  v6.sin6_family = AF_INET6;
  v6.sin6_addr = in6addr_loopback;
  v6.sin6_port = htons(out.port);
  v4.sin_family = AF_INET;
  v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  v4.sin_port = htons(out.port);
  auto* where = out.is_v6 ? reinterpret_cast<sockaddr*>(&v6) : reinterpret_cast<sockaddr*>(&v4);
  socklen_t size = out.is_v6 ? sizeof v6 : sizeof v4;
  out.socket = unique_fd{::socket(where->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  int yes = 1;
  ::setsockopt(out.socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (!out.socket || ::bind(out.socket.get(), where, size) != 0 || ::listen(out.socket.get(), 16) != 0 ||
      ::getsockname(out.socket.get(), where, &size) != 0) {
    out.problem = describe_errno("serve metrics on", address, errno);
    return out;
  }
  out.port = ntohs(out.is_v6 ? v6.sin6_port : v4.sin_port);
  return out;
}

} // namespace

bool is_loopback_host(std::string_view host, uint16_t port) {
  auto suffix = ":" + std::to_string(port);
  if (host.ends_with(suffix))
    host.remove_suffix(suffix.size());
  std::string lower{host};
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower == "localhost" || lower == "127.0.0.1" || lower == "[::1]";
}

class metrics_server::daemon {
public:
  explicit daemon(std::function<std::string()> render) : render_(std::move(render)) {}
  ~daemon() {
    if (handle_)
      MHD_stop_daemon(handle_);
  }

  std::string listen(const std::string& address) {
    auto made = listen_on(address);
    if (!made.problem.empty())
      return made.problem;
    port_ = made.port;
    url_ = std::string{"http://"} + (made.is_v6 ? "[::1]:" : "127.0.0.1:") + std::to_string(port_) + "/metrics";
    auto descriptor = ::fcntl(made.socket.get(), F_DUPFD_CLOEXEC, 3); // the daemon closes it
    handle_ = MHD_start_daemon(MHD_USE_EPOLL | (made.is_v6 ? MHD_USE_IPv6 : 0), 0, nullptr, nullptr, &answer, this,
                               MHD_OPTION_LISTEN_SOCKET, descriptor, MHD_OPTION_CONNECTION_LIMIT, connections_max,
                               MHD_OPTION_CONNECTION_TIMEOUT, idle_seconds_max, MHD_OPTION_END);
    return handle_ ? std::string{} : "the metrics server on " + address + " did not start";
  }

  int descriptor() const {
    auto* info = handle_ ? MHD_get_daemon_info(handle_, MHD_DAEMON_INFO_EPOLL_FD) : nullptr;
    return info ? info->epoll_fd : -1;
  }
  void run() { MHD_run(handle_); }
  std::optional<std::chrono::milliseconds> timeout() const {
    MHD_UNSIGNED_LONG_LONG due = 0;
    if (MHD_get_timeout(handle_, &due) != MHD_YES)
      return std::nullopt;
    return std::chrono::milliseconds{due};
  }
  const std::string& url() const { return url_; }

private:
  static MHD_Result answer(void* self, MHD_Connection* connection, const char* url, const char* method, const char*,
                           const char*, size_t*, void**) {
    return static_cast<daemon*>(self)->answer_one(connection, url, method);
  }

  MHD_Result answer_one(MHD_Connection* connection, std::string_view url, std::string_view method) {
    auto* host = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST);
    if (!host || !is_loopback_host(host, port_))
      return send(connection, MHD_HTTP_FORBIDDEN, "the Host header has to name localhost\n");
    if (method != MHD_HTTP_METHOD_GET && method != MHD_HTTP_METHOD_HEAD)
      return send(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "GET and HEAD only\n");
    if (url == "/metrics")
      return send(connection, MHD_HTTP_OK, render_(), "text/plain; version=0.0.4; charset=utf-8");
    if (url == "/healthz")
      return send(connection, MHD_HTTP_OK, "ok\n");
    return send(connection, MHD_HTTP_NOT_FOUND, "there are /metrics and /healthz\n");
  }

  static MHD_Result send(MHD_Connection* connection, unsigned status, std::string text,
                         const char* type = "text/plain; charset=utf-8") {
    auto* response = MHD_create_response_from_buffer(text.size(), text.data(), MHD_RESPMEM_MUST_COPY);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    auto queued = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return queued;
  }

  std::function<std::string()> render_;
  MHD_Daemon* handle_ = nullptr;
  uint16_t port_ = 0;
  std::string url_;
};

metrics_server::metrics_server(std::function<std::string()> render)
    : daemon_(std::make_unique<daemon>(std::move(render))) {}
metrics_server::~metrics_server() = default;

std::string metrics_server::listen(const std::string& address) { return daemon_->listen(address); }
std::string metrics_server::url() const { return daemon_->url(); }
int metrics_server::descriptor() const { return daemon_->descriptor(); }
void metrics_server::on_ready() { daemon_->run(); }
std::optional<std::chrono::milliseconds> metrics_server::timeout() { return daemon_->timeout(); }

} // namespace breakwater::broker
