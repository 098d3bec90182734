#include "breakwater/tools/authority/http_message.hpp"

#include <algorithm>
#include <ctime>

#include <http_parser.h>

namespace breakwater::fake {

std::string_view http_request::header(std::string_view lower_case_name) const {
  auto found = std::find_if(headers.begin(), headers.end(), [&](const auto& h) { return h.first == lower_case_name; });
  return found != headers.end() ? std::string_view{found->second} : std::string_view{};
}

std::string http_date(wall_time t) {
  auto seconds = std::chrono::duration_cast<std::chrono::seconds>(t.time_since_epoch()).count();
  auto clock = static_cast<std::time_t>(seconds);
  std::tm parts{};
  gmtime_r(&clock, &parts);
  // Not the locale's names: nobody calls setlocale here.
  char text[64];
  auto size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text, size};
}

wire_answer render(const http_answer& a, bool keep_alive, wall_time date) {
  wire_answer made;
  auto& out = made.bytes;
  out.reserve(a.body.size() + 256);
  out += "HTTP/1.1 " + std::to_string(a.status) + " ";
  out += http_status_str(static_cast<http_status>(a.status));
  out += "\r\nDate: " + http_date(date) + "\r\n";
  if (!a.content_type.empty())
    out += "Content-Type: " + a.content_type + "\r\n";
  for (const auto& [name, value] : a.headers)
    out += name + ": " + value + "\r\n";
  out += "Cache-Control: no-store\r\nContent-Length: " + std::to_string(a.body.size()) + "\r\n";
  out += keep_alive ? "\r\n" : "Connection: close\r\n\r\n";
  made.header_size = out.size();
  out += a.body;
  return made;
}

} // namespace breakwater::fake
