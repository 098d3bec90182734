#include "breakwater/tools/authority/http_loop.hpp"

#include <array>
#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

namespace breakwater::fake {

namespace {

constexpr uint64_t listener_id = 0, wakeup_id = 1;
// How long accepting rests when the process is out of file descriptors.
constexpr auto accept_rest = std::chrono::milliseconds{20};

std::string problem(const std::string& what) { return what + ": " + std::strerror(errno); }

} // namespace

std::optional<std::string> http_loop::listen(uint16_t port) {
  epoll_ = file_descriptor{::epoll_create1(EPOLL_CLOEXEC)};
  wakeup_ = file_descriptor{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
  listener_ = file_descriptor{::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!epoll_ || !wakeup_ || !listener_)
    return problem("cannot make a socket");
  int on = 1;
  ::setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_.get(), generic, sizeof address) != 0)
    return problem("cannot listen on 127.0.0.1:" + std::to_string(port));
  socklen_t size = sizeof address;
  if (::listen(listener_.get(), SOMAXCONN) != 0 || ::getsockname(listener_.get(), generic, &size) != 0)
    return problem("cannot listen on 127.0.0.1");
  port_ = ntohs(address.sin_port);
  if (!watch(listener_.get(), EPOLLIN, listener_id, EPOLL_CTL_ADD) ||
      !watch(wakeup_.get(), EPOLLIN, wakeup_id, EPOLL_CTL_ADD))
    return problem("cannot watch a socket");
  return std::nullopt;
}

void http_loop::stop() {
  stopping_ = true;
  uint64_t one = 1;
  // Fails only if the counter is full, and then the loop wakes anyway.
  [[maybe_unused]] auto ignored = ::write(wakeup_.get(), &one, sizeof one);
}

void http_loop::run() {
  std::array<epoll_event, 256> events;
  while (!stopping_) {
    auto count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), wait_ms());
    for (int i = 0; i < count && !stopping_; ++i) {
      auto id = events[static_cast<size_t>(i)].data.u64;
      if (id == listener_id)
        accept_all();
      else if (auto found = clients_.find(id); found != clients_.end())
        settle(id, found->second.connection->on_events(events[static_cast<size_t>(i)].events, loop_clock::now()));
    }
    fire_timers();
  }
  clients_.clear();
  listener_ = {};
}

void http_loop::accept_all() {
  for (;;) {
    auto socket = file_descriptor{::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
    if (!socket && (errno == EINTR || errno == ECONNABORTED))
      continue;
    if (!socket && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM))
      return rest_from_accepting();
    if (!socket)
      return;
    int on = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    auto id = ++last_id_;
    if (!watch(socket.get(), EPOLLIN | EPOLLRDHUP, id, EPOLL_CTL_ADD))
      continue;
    auto& made = clients_[id];
    made.connection = std::make_unique<http_connection>(std::move(socket), handler_);
    made.interest = EPOLLIN | EPOLLRDHUP;
    settle(id, made.connection->on_accepted(loop_clock::now()));
  }
}

void http_loop::rest_from_accepting() {
  watch(listener_.get(), 0, listener_id, EPOLL_CTL_MOD);
  timers_.push({loop_clock::now() + accept_rest, listener_id, 0});
}

void http_loop::settle(uint64_t id, const connection_wish& wish) {
  auto found = clients_.find(id);
  if (wish.ended) {
    clients_.erase(found);
    return;
  }
  auto& known = found->second;
  uint32_t interest = EPOLLRDHUP | (wish.readable ? EPOLLIN : 0u) | (wish.writable ? EPOLLOUT : 0u);
  if (interest != known.interest && watch(known.connection->number(), interest, id, EPOLL_CTL_MOD))
    known.interest = interest;
  if (wish.wake_at) {
    known.timer = ++last_timer_;
    timers_.push({*wish.wake_at, id, known.timer});
  }
}

void http_loop::fire_timers() {
  auto now = loop_clock::now();
  while (!timers_.empty() && timers_.top().at <= now) {
    auto due = timers_.top();
    timers_.pop();
    if (due.client == listener_id)
      watch(listener_.get(), EPOLLIN, listener_id, EPOLL_CTL_MOD);
    else if (auto found = clients_.find(due.client); found != clients_.end() && found->second.timer == due.number)
      settle(due.client, found->second.connection->on_woken(now));
  }
}

int http_loop::wait_ms() const {
  if (timers_.empty())
    return -1;
  auto left = std::chrono::ceil<std::chrono::milliseconds>(timers_.top().at - loop_clock::now()).count();
  return left <= 0 ? 0 : static_cast<int>(std::min<int64_t>(left, 60'000));
}

bool http_loop::watch(int descriptor, uint32_t events, uint64_t id, int operation) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = id;
  return ::epoll_ctl(epoll_.get(), operation, descriptor, &event) == 0;
}

} // namespace breakwater::fake
