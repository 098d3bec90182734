#pragma once
#include <openssl/ssl.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace breakwater::testing {

/// One accepted connection, as a script sees it. Reads and writes block; the end of the server ends them.
class peer {
public:
  peer(int socket, SSL* tls, int number);
  ~peer();
  peer(const peer&) = delete;
  peer& operator=(const peer&) = delete;

  /// Which connection of the server this is, from 1.
  int number() const { return number_; }
  /// True if the client took HTTP/2.
  bool is_http2() const;

  /// Up to `size` bytes; empty: the client has gone.
  std::string read(size_t size);
  /// Exactly `size` bytes, or empty.
  std::string read_whole(size_t size);
  /// One request with its body, or empty.
  std::string read_request();
  bool write(std::string_view);

  /// Waits until something can be read, or the client has gone, and reads nothing.
  void wait_for_bytes();
  /// Waits until the client has gone, and reads nothing.
  void wait_for_end();
  /// Closes in the middle of everything: the client gets a reset.
  void reset();
  /// Closes as a server that ends does.
  void close();

private:
  int socket_;
  SSL* tls_;
  int number_;
  std::string ahead_;
};

/// A server on 127.0.0.1 and a port of the system's choice, that does to each connection what its script says. Each
/// connection has a thread of its own. Does no HTTP by itself, so that it can break all of it.
class loopback_server {
public:
  using script = std::function<void(peer&)>;

  /// With `tls` the script runs after the handshake; a connection whose handshake fails is only counted.
  explicit loopback_server(script, SSL_CTX* tls = nullptr);
  ~loopback_server();
  loopback_server(const loopback_server&) = delete;
  loopback_server& operator=(const loopback_server&) = delete;

  std::string url(std::string_view path = "/token") const;
  uint16_t port() const { return port_; }
  int connections() const { return connections_; }

private:
  void accept_all();
  void serve(int socket, int number);

  script script_;
  SSL_CTX* tls_;
  int listener_;
  uint16_t port_ = 0;
  std::atomic<int> connections_{0};
  std::mutex mutex_;
  std::vector<std::thread> threads_; // guarded by mutex_
  std::vector<int> open_;            // guarded by mutex_
  std::atomic<bool> stopping_{false};
  std::thread acceptor_;
};

/// A whole HTTP/1.1 answer.
std::string http_answer_text(int status, std::string_view body, std::string_view extra_headers = {});

/// A script that answers every request of a connection with this.
loopback_server::script answering(std::string whole_answer);

} // namespace breakwater::testing
