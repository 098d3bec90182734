#pragma once
#include "breakwater/tools/authority/http_message.hpp"

#include <cstddef>
#include <string>
#include <string_view>

#include <http_parser.h>

namespace breakwater::fake {

/// Reads one HTTP/1.x request from bytes that come in pieces. Pure, apart from what libhttp-parser keeps.
class request_reader {
public:
  enum class state { incomplete, complete, broken };

  request_reader() { restart(); }
  request_reader(const request_reader&) = delete;
  request_reader& operator=(const request_reader&) = delete;

  /// Takes bytes up to the end of the request; `consumed` says how many.
  state feed(std::string_view bytes, size_t& consumed);
  /// Forgets the request, for the next one of the same connection.
  void restart();

  http_request& request() { return request_; }
  /// Whether the client wants the connection kept. Valid once complete.
  bool keep_alive() const { return keep_alive_; }

private:
  static int on_url(http_parser*, const char* at, size_t size);
  static int on_field(http_parser*, const char* at, size_t size);
  static int on_value(http_parser*, const char* at, size_t size);
  static int on_body(http_parser*, const char* at, size_t size);
  static int on_complete(http_parser*);

  http_parser parser_;
  http_request request_;
  bool in_value_ = false;
  bool complete_ = false;
  bool keep_alive_ = false;
};

} // namespace breakwater::fake
