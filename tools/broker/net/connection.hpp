#pragma once
#include "breakwater/storage/posix.hpp"
#include "breakwater/tools/broker/net/output.hpp"
#include "breakwater/tools/broker/protocol/session.hpp"
#include "breakwater/tools/broker/rpc/line_splitter.hpp"
#include "breakwater/tools/broker/service/limits.hpp"
#include "breakwater/tools/broker/service/switchboard.hpp"

#include <span>

namespace breakwater::broker {

/// Where a client's lines come from and go to: one socket, or two descriptors.
struct channel {
  unique_fd input;
  /// Empty: the input is a socket, and lines go there.
  unique_fd output;
  bool is_socket = true;

  int out() const { return output ? output.get() : input.get(); }
};

/// One client: its descriptors, its conversation, and how much of the broker it may take. Never blocks. The loop's
/// thread only.
class connection {
public:
  connection(uint64_t id, channel, const session_facts&, const limits&);

  uint64_t id() const { return id_; }
  const channel& io() const { return io_; }

  /// Reads once into `buffer`, answers what can be answered, and wipes the buffer.
  void receive(std::span<char> buffer, switchboard&, tally&, loop_clock::time_point now);
  /// Goes on with lines that had to wait.
  void go_on(switchboard&, tally&, loop_clock::time_point now);
  /// Writes what waits.
  void flush(loop_clock::time_point now);

  /// Takes the answers of others' questions; `count` open ones are answered.
  wiped_string& lines() { return output_.lines(); }
  void answered(size_t count) { open_ -= count; }
  void change_ended() { changing_ = false; }
  bool wants(std::string_view notification) const { return session_.wants(notification); }

  /// Nothing more is read from the descriptor; whole lines that were read are answered.
  void stop_reading() {
    cut_ = cut_ || !input_ended_;
    input_ended_ = true;
  }
  bool input_ended() const { return input_ended_; }

  /// It may be read: its input has not ended, and it does not take too much.
  bool wants_to_read() const { return !input_ended_ && !is_full(); }
  bool wants_to_write() const { return !output_.empty(); }
  /// Lines that were read can be gone on with.
  bool can_go_on() const { return !is_full() && (waiting_ || last_line_waits()); }
  /// All that came in is answered, and the answers are written; or nobody reads them; or it is closed for a reason.
  bool is_over() const;
  /// Nobody reads what is written to it.
  bool is_broken() const { return broken_; }
  /// Why it is closed, a word.
  std::string_view reason() const { return reason_; }
  /// Since when output has waited and nothing of it was taken; nothing if none waits.
  std::optional<loop_clock::time_point> stalled_since() const { return stalled_; }
  void close(std::string_view why);
  size_t open_questions() const { return open_; }

private:
  bool is_full() const {
    return changing_ || closing_ || broken_ || open_ >= limits_.open_questions_max ||
           output_.size() >= limits_.output_bytes_max;
  }
  bool last_line_waits() const { return input_ended_ && splitter_.size() > 0; }
  void process(switchboard&, tally&, loop_clock::time_point now);
  void handle(std::string_view line, switchboard&, tally&, loop_clock::time_point now);
  void give_up(tally&);

  uint64_t id_;
  channel io_;
  const limits& limits_;
  session session_;
  line_splitter splitter_;
  output output_;
  size_t open_ = 0;
  /// Answered from what is known, since the last flush, and when the first of them came.
  size_t at_once_ = 0;
  bool waiting_ = false;
  bool changing_ = false;
  bool input_ended_ = false;
  /// It was ended by us, and half a line is no line.
  bool cut_ = false;
  /// No more lines are taken; closed once all is answered and written.
  bool closing_ = false;
  bool broken_ = false;
  std::string_view reason_ = "ended";
  std::optional<loop_clock::time_point> stalled_;
};

} // namespace breakwater::broker
