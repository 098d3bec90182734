#pragma once
#include "breakwater/storage/wiped_string.hpp"
#include "breakwater/tools/broker/rpc/message.hpp"

#include <string_view>

/// Messages of ours as lines. Each function appends one, with its newline.
namespace breakwater::broker {

/// `id` and `result` are JSON text.
void append_result(wiped_string& out, std::string_view id, std::string_view result);
void append_error(wiped_string& out, std::string_view id, const rpc_error&);
/// `params` is JSON text.
void append_notification(wiped_string& out, std::string_view method, std::string_view params);
/// A request of ours to the client.
void append_request(wiped_string& out, uint64_t id, std::string_view method, std::string_view params);

/// The text as JSON, quoted; what is not UTF-8 is replaced.
wiped_string json_string(std::string_view text);
/// The document in one line.
wiped_string in_one_line(const json_document&);

} // namespace breakwater::broker
