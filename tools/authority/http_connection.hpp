#pragma once
#include "breakwater/tools/authority/file_descriptor.hpp"
#include "breakwater/tools/authority/http_handler.hpp"
#include "breakwater/tools/authority/request_reader.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace breakwater::fake {

using loop_clock = std::chrono::steady_clock;

/// What a connection waits for after it was called.
struct connection_wish {
  bool ended = false;
  bool readable = false;
  bool writable = false;
  std::optional<loop_clock::time_point> wake_at;
};

/// One client, on a non-blocking socket. Written by hand over libhttp-parser because no HTTP server library lets its
/// user reset a connection before, in or after a request, or stop reading one. Reads requests, one at a time, and
/// carries out the plan that the handler made of each. Never blocks.
class http_connection {
public:
  http_connection(file_descriptor socket, http_handler& handler);

  int number() const { return socket_.get(); }

  /// Right after accept.
  connection_wish on_accepted(loop_clock::time_point now);
  /// `events` as epoll reports them.
  connection_wish on_events(uint32_t events, loop_clock::time_point now);
  /// The time asked for has come.
  connection_wish on_woken(loop_clock::time_point now);

private:
  enum class phase { idle, reading, cutting, waiting, sending, silent, ended };

  void strike(const behavior& early);
  void receive(loop_clock::time_point now);
  void consume(loop_clock::time_point now);
  void answer_with(reply_plan plan, loop_clock::time_point now);
  void go_on_sending(loop_clock::time_point now);
  void send_some(loop_clock::time_point now);
  void finish();
  void reset();
  connection_wish wish() const;

  file_descriptor socket_;
  http_handler& handler_;
  request_reader reader_;
  phase phase_ = phase::idle;
  /// Received and not yet parsed: pipelined requests.
  std::string input_;
  size_t bytes_left_ = 0;
  reply_plan plan_;
  size_t sent_ = 0;
  loop_clock::time_point wake_at_;
  bool blocked_ = false;
};

} // namespace breakwater::fake
