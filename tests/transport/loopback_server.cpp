#include "breakwater/tests/transport/loopback_server.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

namespace breakwater::testing {

peer::peer(int socket, SSL* tls, int number) : socket_(socket), tls_(tls), number_(number) {}

peer::~peer() {
  SSL_free(tls_);
  ::close(socket_);
}

bool peer::is_http2() const {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  if (tls_ != nullptr)
    SSL_get0_alpn_selected(tls_, &name, &size);
  return std::string_view{reinterpret_cast<const char*>(name), size} == "h2";
}

std::string peer::read(size_t size) {
  if (!ahead_.empty()) {
    auto taken = ahead_.substr(0, size);
    ahead_.erase(0, taken.size());
    return taken;
  }
  std::string bytes(size, '\0');
  auto n = tls_ != nullptr ? SSL_read(tls_, bytes.data(), static_cast<int>(size))
                           : static_cast<int>(::recv(socket_, bytes.data(), size, 0));
  bytes.resize(n > 0 ? static_cast<size_t>(n) : 0);
  return bytes;
}

std::string peer::read_whole(size_t size) {
  std::string whole;
  while (whole.size() < size) {
    auto more = read(size - whole.size());
    if (more.empty())
      return {};
    whole += more;
  }
  return whole;
}

std::string peer::read_request() {
  std::string request;
  size_t head_end;
  while ((head_end = request.find("\r\n\r\n")) == std::string::npos) {
    auto more = read(4096);
    if (more.empty())
      return {};
    request += more;
  }
  auto length_at = request.find("Content-Length: ");
  auto whole_size = head_end + 4;
  if (length_at < head_end)
    whole_size += std::strtoul(request.c_str() + length_at + 16, nullptr, 10);
  if (request.size() < whole_size) {
    auto rest = read_whole(whole_size - request.size());
    return rest.empty() ? rest : request + rest;
  }
  ahead_ = request.substr(whole_size) + ahead_;
  return request.substr(0, whole_size);
}

bool peer::write(std::string_view bytes) {
  while (!bytes.empty()) {
    auto n = tls_ != nullptr ? SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()))
                             : static_cast<int>(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    if (n <= 0)
      return false;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

void peer::wait_for_bytes() {
  pollfd ready{socket_, POLLIN | POLLRDHUP, 0};
  if (tls_ == nullptr || SSL_pending(tls_) == 0)
    ::poll(&ready, 1, -1);
}

void peer::wait_for_end() {
  pollfd ready{socket_, POLLRDHUP, 0};
  ::poll(&ready, 1, -1);
}

void peer::reset() {
  linger at_once{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  // Takes the connection's number away from it, which closes it now; the destructor closes what took its place.
  int other = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ::dup2(other, socket_);
  ::close(other);
}

void peer::close() {
  if (tls_ != nullptr)
    SSL_shutdown(tls_);
  ::shutdown(socket_, SHUT_RDWR);
}

loopback_server::loopback_server(script what, SSL_CTX* tls)
    : script_(std::move(what)), tls_(tls), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof where;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&where), size) != 0 || ::listen(listener_, 1024) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&where), &size) != 0)
    throw std::runtime_error{"no loopback port"};
  port_ = ntohs(where.sin_port);
  acceptor_ = std::thread{[this] { accept_all(); }};
}

loopback_server::~loopback_server() {
  stopping_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    std::lock_guard guard{mutex_};
    for (int socket : open_)
      ::shutdown(socket, SHUT_RDWR);
  }
  for (auto& thread : threads_)
    thread.join();
  ::close(listener_);
}

std::string loopback_server::url(std::string_view path) const {
  return (tls_ != nullptr ? "https" : "http") + std::string{"://127.0.0.1:"} + std::to_string(port_) +
         std::string{path};
}

void loopback_server::accept_all() {
  for (;;) {
    int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0)
      return;
    auto number = ++connections_;
    std::lock_guard guard{mutex_};
    open_.push_back(socket);
    threads_.emplace_back([this, socket, number] { serve(socket, number); });
  }
}

void loopback_server::serve(int socket, int number) {
  sigset_t broken_pipe; // of this thread only: the client's side has to look after itself
  sigemptyset(&broken_pipe);
  sigaddset(&broken_pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
  SSL* tls = nullptr;
  if (tls_ != nullptr) {
    tls = SSL_new(tls_);
    SSL_set_fd(tls, socket);
  }
  peer client{socket, tls, number};
  if (tls == nullptr || SSL_accept(tls) == 1)
    script_(client);
  std::lock_guard guard{mutex_}; // before the number can be another connection's
  std::erase(open_, socket);
}

std::string http_answer_text(int status, std::string_view body, std::string_view extra_headers) {
  return "HTTP/1.1 " + std::to_string(status) + " Something\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n" + std::string{extra_headers} + "\r\n" + std::string{body};
}

loopback_server::script answering(std::string whole_answer) {
  return [whole_answer](peer& client) {
    while (!client.read_request().empty())
      client.write(whole_answer);
  };
}

} // namespace breakwater::testing
