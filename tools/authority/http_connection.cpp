#include "breakwater/tools/authority/http_connection.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <sys/epoll.h>
#include <sys/socket.h>

namespace breakwater::fake {

namespace {

constexpr size_t cut_after_default = 50;

} // namespace

http_connection::http_connection(file_descriptor socket, http_handler& handler)
    : socket_{std::move(socket)}, handler_{handler} {}

connection_wish http_connection::on_accepted(loop_clock::time_point now) {
  handler_.on_connect();
  strike(handler_.take_early_fault());
  receive(now);
  return wish();
}

connection_wish http_connection::on_events(uint32_t events, loop_clock::time_point now) {
  if (phase_ == phase::idle || phase_ == phase::reading || phase_ == phase::cutting)
    receive(now);
  else if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
    phase_ = phase::ended; // nobody is left to read the answer
  else if (phase_ == phase::sending && (events & EPOLLOUT))
    go_on_sending(now);
  return wish();
}

connection_wish http_connection::on_woken(loop_clock::time_point now) {
  if (phase_ == phase::waiting)
    phase_ = phase::sending;
  if (phase_ == phase::sending)
    go_on_sending(now);
  return wish();
}

void http_connection::go_on_sending(loop_clock::time_point now) {
  send_some(now);
  // A pipelined request that is here already is not announced again.
  consume(now);
}

void http_connection::strike(const behavior& early) {
  if (early.then == fault::reset_at_accept) {
    reset();
  } else if (early.then == fault::never_read) {
    phase_ = phase::silent;
  } else if (early.then == fault::cut_request) {
    phase_ = phase::cutting;
    bytes_left_ = early.bytes == 0 ? cut_after_default : early.bytes;
  }
}

void http_connection::receive(loop_clock::time_point now) {
  std::array<char, 16384> buffer;
  while (phase_ == phase::idle || phase_ == phase::reading || phase_ == phase::cutting) {
    auto room = phase_ == phase::cutting ? std::min(bytes_left_, buffer.size()) : buffer.size();
    auto size = ::recv(socket_.get(), buffer.data(), room, 0);
    if (size < 0 && errno == EINTR)
      continue;
    if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
      return;
    if (size <= 0) {
      phase_ = phase::ended;
      return;
    }
    if (phase_ == phase::cutting) {
      bytes_left_ -= static_cast<size_t>(size);
      if (bytes_left_ == 0)
        reset();
      continue;
    }
    input_.append(buffer.data(), static_cast<size_t>(size));
    consume(now);
  }
}

void http_connection::consume(loop_clock::time_point now) {
  while (!input_.empty() && (phase_ == phase::idle || phase_ == phase::reading)) {
    if (phase_ == phase::idle) {
      phase_ = phase::reading;
      strike(handler_.take_early_fault());
      if (phase_ == phase::cutting && input_.size() >= bytes_left_)
        reset();
      else if (phase_ == phase::cutting)
        bytes_left_ -= input_.size();
      if (phase_ != phase::reading)
        return;
    }
    size_t consumed = 0;
    auto state = reader_.feed(input_, consumed);
    input_.erase(0, consumed);
    if (state == request_reader::state::incomplete)
      return;
    if (state == request_reader::state::complete)
      answer_with(handler_.on_request(reader_.request(), reader_.keep_alive()), now);
    else
      answer_with({render({400, "", "", {}}, false, {}).bytes, ending::close}, now);
  }
}

void http_connection::answer_with(reply_plan plan, loop_clock::time_point now) {
  reader_.restart();
  plan_ = std::move(plan);
  sent_ = 0;
  if (plan_.then == ending::silence) {
    phase_ = phase::silent;
  } else if (plan_.delay.count() > 0) {
    phase_ = phase::waiting;
    wake_at_ = now + plan_.delay;
  } else {
    phase_ = phase::sending;
    send_some(now);
  }
}

void http_connection::send_some(loop_clock::time_point now) {
  blocked_ = false;
  while (sent_ < plan_.bytes.size()) {
    auto room = plan_.drip.count() > 0 ? 1 : plan_.bytes.size() - sent_;
    auto size = ::send(socket_.get(), plan_.bytes.data() + sent_, room, MSG_NOSIGNAL);
    if (size < 0 && errno == EINTR)
      continue;
    if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      blocked_ = true;
      return;
    }
    if (size < 0) {
      phase_ = phase::ended;
      return;
    }
    sent_ += static_cast<size_t>(size);
    if (plan_.drip.count() > 0 && sent_ < plan_.bytes.size()) {
      wake_at_ = now + plan_.drip;
      return;
    }
  }
  finish();
}

void http_connection::finish() {
  if (plan_.then == ending::keep)
    phase_ = phase::idle;
  else if (plan_.then == ending::reset)
    reset();
  else
    phase_ = phase::ended;
  plan_ = {};
}

void http_connection::reset() {
  // Zero linger: closing sends RST instead of FIN.
  linger none{1, 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &none, sizeof none);
  phase_ = phase::ended;
}

connection_wish http_connection::wish() const {
  connection_wish made;
  made.ended = phase_ == phase::ended;
  made.readable = phase_ == phase::idle || phase_ == phase::reading || phase_ == phase::cutting;
  made.writable = phase_ == phase::sending && blocked_;
  if (phase_ == phase::waiting || (phase_ == phase::sending && !blocked_))
    made.wake_at = wake_at_;
  return made;
}

} // namespace breakwater::fake
