#include "breakwater/tools/authority/request_reader.hpp"

#include <algorithm>

namespace breakwater::fake {

namespace {

// More than any token request needs; the parser itself bounds the header (80 KiB).
constexpr size_t body_max = 1 << 20;

request_reader& reader_of(http_parser* parser) { return *static_cast<request_reader*>(parser->data); }

} // namespace

void request_reader::restart() {
  http_parser_init(&parser_, HTTP_REQUEST);
  parser_.data = this;
  request_ = {};
  in_value_ = complete_ = keep_alive_ = false;
}

request_reader::state request_reader::feed(std::string_view bytes, size_t& consumed) {
  static const http_parser_settings callbacks = [] {
    http_parser_settings all;
    http_parser_settings_init(&all);
    all.on_url = on_url;
    all.on_header_field = on_field;
    all.on_header_value = on_value;
    all.on_body = on_body;
    all.on_message_complete = on_complete;
    return all;
  }();
  consumed = http_parser_execute(&parser_, &callbacks, bytes.data(), bytes.size());
  if (complete_)
    return state::complete;
  // An upgrade that has no end of its own (CONNECT) is nothing that we serve.
  auto is_broken = HTTP_PARSER_ERRNO(&parser_) != HPE_OK || parser_.upgrade;
  return is_broken ? state::broken : state::incomplete;
}

int request_reader::on_url(http_parser* parser, const char* at, size_t size) {
  reader_of(parser).request_.path.append(at, size);
  return 0;
}

int request_reader::on_field(http_parser* parser, const char* at, size_t size) {
  auto& self = reader_of(parser);
  auto& headers = self.request_.headers;
  if (headers.empty() || self.in_value_)
    headers.emplace_back();
  self.in_value_ = false;
  std::transform(at, at + size, std::back_inserter(headers.back().first),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return 0;
}

int request_reader::on_value(http_parser* parser, const char* at, size_t size) {
  auto& self = reader_of(parser);
  self.in_value_ = true;
  self.request_.headers.back().second.append(at, size);
  return 0;
}

int request_reader::on_body(http_parser* parser, const char* at, size_t size) {
  auto& body = reader_of(parser).request_.body;
  if (body.size() + size > body_max)
    return 1;
  body.append(at, size);
  return 0;
}

int request_reader::on_complete(http_parser* parser) {
  auto& self = reader_of(parser);
  auto& path = self.request_.path;
  path.resize(std::min(path.find('?'), path.size()));
  self.request_.method = http_method_str(static_cast<http_method>(parser->method));
  self.keep_alive_ = http_should_keep_alive(parser) != 0;
  self.complete_ = true;
  // Stops before the first byte of a pipelined request.
  http_parser_pause(parser, 1);
  return 0;
}

} // namespace breakwater::fake
