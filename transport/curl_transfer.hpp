#pragma once
#include "breakwater/transport/curl_handle.hpp"
#include "breakwater/transport/http_messages.hpp"

#include <array>

namespace breakwater {

/// The largest body of an answer that is read, and the largest sum of its headers.
inline constexpr size_t body_size_max = size_t{1} << 20;
inline constexpr size_t header_size_max = size_t{64} << 10;

/// A connection that was idle for longer is not used again: servers close theirs after 5 s and more, and a request that
/// meets the close is lost. curl compares whole seconds, so this means less than 4 s.
inline constexpr std::chrono::seconds idle_connection_max{3};

/// One POST on its way through curl: sent at most once, and afterwards it knows whether it may have been sent.
///
/// curl sends a request again by itself when a reused connection dies without an answer, when a stream is refused, and
/// in some answers' wake. All of that goes past the pre-request callback, which stops every time but the first. The
/// same callback marks the moment before the first byte leaves: what ends earlier was not sent.
///
/// The body is sent from our buffer, which is wiped. curl, TLS and the kernel have copies of their own: curl's buffers
/// for the request, its headers and the received bytes are freed unwiped.
class curl_transfer {
public:
  /// The host has to be a protected endpoint.
  explicit curl_transfer(http_request);
  curl_transfer(const curl_transfer&) = delete;
  curl_transfer& operator=(const curl_transfer&) = delete;

  /// nullptr: curl had no memory for it, or refused a setting.
  CURL* handle() const { return easy_.get(); }

  /// What it came to, after it left the multi handle; once.
  http_answer finish(CURLcode);

private:
  static size_t on_body(char* bytes, size_t, size_t size, void* self);
  static size_t on_header(char* line, size_t, size_t size, void* self);
  static int on_send(void* self, char*, char*, int, int);

  bool set_up();
  bool set_security();
  bool add_header(const char* line);
  std::string header(const char* name) const;
  std::string error_text(CURLcode) const;

  http_request request_;
  header_list headers_;
  wiped_string body_;
  size_t header_size_ = 0;
  bool send_started_ = false;
  bool repeat_stopped_ = false;
  bool too_large_ = false;
  bool headers_whole_ = false;
  std::array<char, CURL_ERROR_SIZE> error_{};
  easy_handle easy_;
};

} // namespace breakwater
