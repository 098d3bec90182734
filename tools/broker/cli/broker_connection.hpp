#pragma once
#include "breakwater/storage/json_document.hpp"
#include "breakwater/storage/posix.hpp"
#include "breakwater/storage/wiped_string.hpp"
#include "breakwater/tools/broker/rpc/auth_codec.hpp"
#include "breakwater/tools/broker/rpc/line_splitter.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <sys/types.h>

namespace breakwater::cli {

/// How far a question got that has no answer.
enum class question_fate : uint8_t {
  answered = 0,
  unsent = 1,      ///< not a byte of it left
  gone = 2,        ///< sent, at least in part, and then the broker went away
  timed_out = 3,   ///< sent, and the broker lives and does not answer
  interrupted = 4, ///< sent, and the user does not want to wait
  garbled = 5,     ///< sent, and what came back makes no sense
};

struct rpc_answer {
  question_fate fate = question_fate::answered;
  /// Of an answered question: its result, or a failure.
  json_document result;
  std::optional<broker::named_failure> failure;
  /// What the system says of the rest.
  std::string error;
};

/// A notification that came in.
struct rpc_notice {
  std::string method;
  json_document params;
};

/// True for a listener of our own user, and for root, who can read everything anyway.
bool may_be_given_secrets(uid_t listener, uid_t own);

/// One connection to a broker. Blocking, one question at a time, one thread.
class broker_connection {
public:
  struct open_result {
    std::unique_ptr<broker_connection> connection;
    /// Nobody listens there: no such file, or a socket that a dead broker left.
    bool nobody = false;
    std::string error;
  };

  /// Connects, at once or not at all. Refuses a broker of another user (root excepted): it would be handed secrets.
  static open_result open(const std::string& socket_path);

  /// Asks, and waits until `wait_max` at most. Notifications that come first are dropped.
  rpc_answer ask(const std::string& method, const json_document& params, std::chrono::milliseconds wait_max);

  /// The next notification. Nothing: the connection ended, or the user interrupted.
  std::optional<rpc_notice> next_notice();

  pid_t peer() const { return peer_; }

private:
  enum class read_outcome { line, end, timeout, interrupted };

  broker_connection(unique_fd fd, pid_t peer) : fd_(std::move(fd)), peer_(peer) {}

  /// What was written of it.
  size_t write_all(const wiped_string& bytes, std::string& error);
  /// The next line, into `line_`. Without a deadline it waits for ever.
  read_outcome read_line(std::optional<std::chrono::steady_clock::time_point> deadline);

  unique_fd fd_;
  pid_t peer_ = 0;
  uint64_t last_id_ = 0;
  wiped_string received_, line_;
};

} // namespace breakwater::cli
