#include "breakwater/tools/broker/rpc/answers.hpp"

#include <string>

namespace breakwater::broker {

void append_result(wiped_string& out, std::string_view id, std::string_view result) {
  out.append("{\"id\":").append(id).append(",\"result\":").append(result).append("}\n");
}

void append_error(wiped_string& out, std::string_view id, const rpc_error& error) {
  out.append("{\"error\":{\"code\":").append(std::to_string(error.code)).append(",\"message\":");
  out.append(json_string(error.message));
  if (!error.data.empty())
    out.append(",\"data\":").append(error.data);
  out.append("},\"id\":").append(id).append("}\n");
}

void append_notification(wiped_string& out, std::string_view method, std::string_view params) {
  out.append("{\"method\":").append(json_string(method)).append(",\"params\":").append(params).append("}\n");
}

void append_request(wiped_string& out, uint64_t id, std::string_view method, std::string_view params) {
  out.append("{\"id\":").append(std::to_string(id)).append(",\"method\":").append(json_string(method));
  out.append(",\"params\":").append(params).append("}\n");
}

wiped_string json_string(std::string_view text) { return in_one_line(json_document(wiped_string{text})); }

wiped_string in_one_line(const json_document& document) {
  return document.dump(-1, ' ', false, json_document::error_handler_t::replace);
}

} // namespace breakwater::broker
