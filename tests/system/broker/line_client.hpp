#pragma once
#include <nlohmann/json.hpp>

#include <deque>
#include <optional>
#include <string>

#include "child.hpp"

namespace breakwater::testing {

/// A client of the protocol: blocking, with deadlines.
class line_client {
public:
  /// Talks to a child's pipes.
  explicit line_client(child& to) : read_(std::move(to.output)), write_(std::move(to.input)) {}
  /// Connects to a unix socket; check `connected`.
  explicit line_client(const std::string& socket_path);

  bool connected() const { return static_cast<bool>(read_); }
  int descriptor() const { return read_.get(); }

  /// Writes bytes; false: nobody takes them any more.
  bool send(const std::string& bytes);
  bool say(const nlohmann::json& message) { return send(message.dump() + "\n"); }
  /// The next line; nothing at the end, or if none comes in time.
  std::optional<std::string> line(std::chrono::milliseconds at_most = patience);
  /// The next line as JSON; discarded if there is none.
  nlohmann::json message(std::chrono::milliseconds at_most = patience);
  /// Sends a request and waits for the answer with its id; what comes before goes to `notices`.
  nlohmann::json send_and_wait(const nlohmann::json& request);
  nlohmann::json ask(const std::string& method, nlohmann::json params = nlohmann::json::object());
  /// Waits for the next notification (or request) of this method; what else comes first is dropped.
  nlohmann::json notice(const std::string& method);
  nlohmann::json initialize(nlohmann::json capabilities = nlohmann::json::object());
  /// True once the other side has closed and all was read.
  bool at_end() const { return ended_; }
  /// No more input for the other side.
  void close_input();
  void close();

  std::deque<nlohmann::json> notices;

private:
  unique_fd read_, write_;
  std::string buffer_;
  size_t taken_ = 0;
  bool ended_ = false;
  int64_t last_id_ = 1000;
};

} // namespace breakwater::testing
