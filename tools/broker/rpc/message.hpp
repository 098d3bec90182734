#pragma once
#include "breakwater/storage/json_document.hpp"

#include <cstdint>
#include <string>
#include <string_view>

/// One line of the app-server protocol as a message: JSON-RPC whose `jsonrpc` member is neither required nor sent.
/// Pure.
namespace breakwater::broker {

/// The codes of JSON-RPC 2.0 that are used here.
inline constexpr int parse_error = -32700;
inline constexpr int invalid_request = -32600;
inline constexpr int method_not_found = -32601;
inline constexpr int internal_error = -32603;

/// How deep the parameters of a message may nest.
inline constexpr size_t depth_max = 64;
/// The longest string that names a request: it is kept while the request is open.
inline constexpr size_t id_bytes_max = 1024;

/// An error as it is answered. `data` is JSON text, or empty.
struct rpc_error {
  int code = 0;
  std::string message;
  std::string data;
};

enum class message_kind : uint8_t {
  request,      ///< `id` and `method`: has to be answered
  notification, ///< `method` alone: is never answered
  answer,       ///< `id` and `result` or `error`: the answer to a request of ours
  broken,       ///< none of these: `problem` has to be answered, under `id`
};

struct message {
  message_kind kind = message_kind::broken;
  /// The id as JSON text, ready to be sent back: `7`, `"a"`, or `null` if the line has none that can be used.
  std::string id = "null";
  std::string method;
  /// Null if there are none.
  json_document params;
  bool has_params = false;
  /// Of an answer: its `result`, or null if it is an error.
  json_document result;
  rpc_error problem;
};

/// Reads one line, without its newline. Of members that come twice the last one counts. The line may hold secrets: what
/// is kept of it is wiped when freed, and `problem` quotes nothing of it.
message parse_message(std::string_view line);

/// True if nothing is on the line but blanks.
bool is_blank(std::string_view line);

} // namespace breakwater::broker
