#pragma once
#include "breakwater/storage/wiped_string.hpp"
#include "breakwater/tools/broker/protocol/asks.hpp"
#include "breakwater/tools/broker/rpc/auth_codec.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <variant>

namespace breakwater::broker {

struct ask_initialize;

/// What every session of a broker knows. Outlives them.
struct session_facts {
  broker_info info;
  /// The directory of auth.json, as `initialize` answers it.
  std::string home;
};

/// What a client answered to a request of ours.
struct client_answer {
  /// The id that the request had; zero if it is none of ours.
  uint64_t id = 0;
  /// Null if the client answered with an error.
  json_document result;
};

/// What has to be done for one line.
struct step {
  /// The method's place in `all_methods`; nothing for one that is unknown, and for a line that has none.
  std::optional<size_t> method;
  /// Nothing: the line is answered, or needs no answer.
  std::variant<std::monostate, question, client_answer> then;
  /// The code of an error that was answered; zero: none.
  int error = 0;
};

/// One client's conversation: what it may ask, and what it is told at once. No descriptor, no actor, no clock: a line
/// goes in, and what to do comes out.
class session {
public:
  explicit session(const session_facts& facts) : facts_(facts) {}

  /// One line. What can be said without asking anybody is appended to `out`.
  step receive(std::string_view line, wiped_string& out);

  /// The client has to be told of this: it is initialized, and did not opt out.
  bool wants(std::string_view notification) const;

private:
  step request(message&, wiped_string& out);
  std::optional<rpc_error> find_account(const message&, size_t& account) const;
  void initialize(const std::string& id, ask_initialize, wiped_string& out);

  const session_facts& facts_;
  bool initialized_ = false;
  bool experimental_ = false;
  std::unordered_set<std::string> unwanted_;
};

} // namespace breakwater::broker
