#pragma once
#include "breakwater/messages/time.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// HTTP/1.1 as this server speaks it: whole requests in, whole answers out.
namespace breakwater::fake {

struct http_request {
  std::string method;
  /// Without the query.
  std::string path;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  /// The value of a header, its name in lower case; empty if it is missing.
  std::string_view header(std::string_view lower_case_name) const;
};

struct http_answer {
  int status = 200;
  /// Empty: no Content-Type line.
  std::string content_type = "application/json";
  std::string body;
  /// Further header lines, name and value.
  std::vector<std::pair<std::string, std::string>> headers;
};

/// An answer as bytes: the header with its empty line, then the body.
struct wire_answer {
  std::string bytes;
  size_t header_size = 0;
};

wire_answer render(const http_answer&, bool keep_alive, wall_time date);

/// As in `Date` and `Retry-After` (RFC 9110, section 5.6.7).
std::string http_date(wall_time);

} // namespace breakwater::fake
