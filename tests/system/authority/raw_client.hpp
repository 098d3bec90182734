#pragma once
#include <curl/curl.h>

#include <string>
#include <string_view>

namespace breakwater::fake {

/// What libcurl says of one request over a connection of its own.
struct curl_result {
  CURLcode code = CURLE_OK;
  long status = 0;
  std::string head;
  std::string body;
};

/// POSTs a form; gives up after `timeout_ms`.
curl_result post_form(const std::string& url, const std::string& form, long timeout_ms = 10'000);

/// The form of a refresh request.
std::string refresh_form(std::string_view refresh_token);

/// A blocking TCP connection to a port of 127.0.0.1.
class raw_client {
public:
  explicit raw_client(const std::string& url);
  ~raw_client();
  raw_client(const raw_client&) = delete;
  raw_client& operator=(const raw_client&) = delete;

  void send(std::string_view bytes);
  /// Sends a request for a refresh on this connection, which stays open.
  void send_refresh(std::string_view refresh_token);
  /// Reads one whole answer by its Content-Length; the status, or 0 if the connection ended before.
  int read_status();

private:
  int socket_ = -1;
  std::string input_;
};

} // namespace breakwater::fake
