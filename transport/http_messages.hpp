#pragma once
#include "breakwater/messages/exchange_messages.hpp"
#include "breakwater/transport/wiped_string.hpp"

#include <chrono>
#include <string>

/// What passes between the codec, which knows OAuth, and the loop, which knows HTTP.
namespace breakwater {

/// One POST.
struct http_request {
  std::string url;
  std::string content_type;
  /// The value of `Authorization`; empty: the header is not sent.
  wiped_string authorization;
  wiped_string body;
  std::string user_agent;
  /// PEM file that replaces the system's CA certificates; empty: the system's.
  std::string ca_bundle;
  std::chrono::milliseconds connect_timeout = std::chrono::seconds{10};
  std::chrono::milliseconds total_timeout = std::chrono::seconds{30};
};

/// How a POST ended. Only of an answer that came back whole are headers and body given.
struct http_answer {
  delivery how = delivery::unsent;
  /// The final status; 0 if no final status line was read. Interim answers (1xx) never count.
  int status = 0;
  std::string content_type;
  std::string date;
  std::string retry_after;
  wiped_string body;
  /// Why there is no whole answer: the host and what curl says, printable, without path and query.
  std::string error;
};

} // namespace breakwater
