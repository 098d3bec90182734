#pragma once
#include "breakwater/tools/broker/protocol/asks.hpp"

#include <optional>
#include <span>
#include <string_view>
#include <variant>

/// The methods of the protocol, and how their parameters are read. Pure.
namespace breakwater::broker {

/// Asks that a session answers by itself.
struct ask_initialize {
  std::string client_name;
  std::string client_version;
  bool experimental = false;
  /// Notifications that this client does not want.
  std::vector<std::string> unwanted;
};
struct ask_cancel_login {};
struct ask_info {};

/// What a request turned out to be; an error if its parameters are wrong.
using parsed_ask = std::variant<ask, ask_initialize, ask_cancel_login, ask_info, rpc_error>;

struct method {
  std::string_view name;
  parsed_ask (*parse)(const message&);
  /// Usable without `initialize`, with a parameter `account`.
  bool own = false;
};

/// Every method, in an order that does not change while the program runs.
std::span<const method> all_methods();

/// Its place in `all_methods`; nothing if there is none of this name.
std::optional<size_t> find_method(std::string_view name);

} // namespace breakwater::broker
