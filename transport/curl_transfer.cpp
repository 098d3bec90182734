#include "breakwater/transport/curl_transfer.hpp"

#include "breakwater/transport/endpoint.hpp"
#include "breakwater/transport/redact.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace breakwater {

namespace {

constexpr size_t error_size_max = 300;

template <class T>
bool set(CURL* easy, CURLoption option, T value) {
  return curl_easy_setopt(easy, option, value) == CURLE_OK;
}

/// curl takes zero for "no limit", and a long has its own.
long curl_milliseconds(std::chrono::milliseconds time) {
  return static_cast<long>(
      std::clamp<int64_t>(time.count(), 1, std::chrono::milliseconds{std::chrono::hours{24}}.count()));
}

} // namespace

curl_transfer::curl_transfer(http_request request) : request_(std::move(request)), easy_(curl_easy_init()) {
  if (easy_ && !set_up())
    easy_.reset();
}

bool curl_transfer::set_up() {
  auto* easy = easy_.get();
  auto where = endpoint_of(request_.url);
  auto type = "Content-Type: " + request_.content_type;
  bool fine = where.is_protected() && set(easy, CURLOPT_URL, request_.url.c_str()) &&
              set(easy, CURLOPT_PROTOCOLS_STR, where.is_https ? "https" : "http") &&
              set(easy, CURLOPT_USERAGENT, request_.user_agent.c_str()) &&
              set(easy, CURLOPT_POSTFIELDS, request_.body.data()) &&
              set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size())) &&
              add_header(type.c_str()) && add_header("Accept: application/json") &&
              add_header("Expect:"); // curl repeats a request whose expectation fails
  if (fine && !request_.authorization.empty()) {
    auto line = wiped_string{"Authorization: "} += request_.authorization;
    fine = add_header(line.c_str());
  }
  // A token for this machine never takes the way through a proxy, least of all in plain http.
  if (fine && where.is_loopback)
    fine = set(easy, CURLOPT_PROXY, "");
  return fine && set_security() && set(easy, CURLOPT_HTTPHEADER, headers_.get()) &&
         set(easy, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE)) &&
         set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L) && set(easy, CURLOPT_FOLLOWLOCATION, 0L) &&
         set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS)) &&
         set(easy, CURLOPT_MAXAGE_CONN, static_cast<long>(idle_connection_max.count())) &&
         set(easy, CURLOPT_CONNECTTIMEOUT_MS, curl_milliseconds(request_.connect_timeout)) &&
         set(easy, CURLOPT_TIMEOUT_MS, curl_milliseconds(request_.total_timeout)) && set(easy, CURLOPT_NOSIGNAL, 1L) &&
         set(easy, CURLOPT_QUICK_EXIT, 1L) && set(easy, CURLOPT_ERRORBUFFER, error_.data()) &&
         set(easy, CURLOPT_PRIVATE, this) && set(easy, CURLOPT_WRITEFUNCTION, &on_body) &&
         set(easy, CURLOPT_WRITEDATA, this) && set(easy, CURLOPT_HEADERFUNCTION, &on_header) &&
         set(easy, CURLOPT_HEADERDATA, this) && set(easy, CURLOPT_PREREQFUNCTION, &on_send) &&
         set(easy, CURLOPT_PREREQDATA, this);
}

bool curl_transfer::set_security() {
  auto* easy = easy_.get();
  bool fine = set(easy, CURLOPT_SSL_VERIFYPEER, 1L) && set(easy, CURLOPT_SSL_VERIFYHOST, 2L) &&
              set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2)) &&
              set(easy, CURLOPT_PROXY_SSL_VERIFYPEER, 1L) && set(easy, CURLOPT_PROXY_SSL_VERIFYHOST, 2L) &&
              set(easy, CURLOPT_PROXY_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  // A bundle replaces the system's certificates only if the system's directory is taken away, too.
  if (fine && !request_.ca_bundle.empty())
    fine = set(easy, CURLOPT_CAINFO, request_.ca_bundle.c_str()) &&
           set(easy, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  return fine;
}

bool curl_transfer::add_header(const char* line) {
  auto* longer = curl_slist_append(headers_.get(), line);
  if (longer == nullptr)
    return false;
  static_cast<void>(headers_.release());
  headers_.reset(longer);
  return true;
}

size_t curl_transfer::on_body(char* bytes, size_t, size_t size, void* self) {
  auto& me = *static_cast<curl_transfer*>(self);
  me.too_large_ = me.too_large_ || size > body_size_max - me.body_.size();
  if (me.too_large_)
    return CURL_WRITEFUNC_ERROR;
  me.body_.append(bytes, size);
  return size;
}

size_t curl_transfer::on_header(char* line, size_t, size_t size, void* self) {
  auto& me = *static_cast<curl_transfer*>(self);
  me.header_size_ += size;
  me.too_large_ = me.header_size_ > header_size_max;
  if (me.too_large_)
    return CURL_WRITEFUNC_ERROR;
  std::string_view text{line, size};
  if (text == "\r\n" || text == "\n") { // without this line curl calls a cut header a success
    long status = 0;
    curl_easy_getinfo(me.easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    me.headers_whole_ = me.headers_whole_ || status >= 200;
  }
  return size;
}

int curl_transfer::on_send(void* self, char*, char*, int, int) {
  auto& me = *static_cast<curl_transfer*>(self);
  me.repeat_stopped_ = me.send_started_;
  me.send_started_ = true;
  return me.repeat_stopped_ ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

std::string curl_transfer::header(const char* name) const {
  curl_header* found = nullptr;
  auto result = curl_easy_header(easy_.get(), name, 0, CURLH_HEADER, -1, &found);
  return result == CURLHE_OK ? std::string{found->value} : std::string{};
}

std::string curl_transfer::error_text(CURLcode code) const {
  auto host = endpoint_of(request_.url).host + ": ";
  if (too_large_)
    return host + "the answer is larger than is read";
  if (repeat_stopped_)
    return host + "the connection closed before an answer came";
  if (code == CURLE_OK)
    return host + "the answer ended inside its header";
  auto text = host + curl_easy_strerror(code) + " (curl " + std::to_string(code) + ")";
  if (error_.front() != '\0')
    text += ": " + std::string{error_.data()};
  return printable(text, error_size_max);
}

http_answer curl_transfer::finish(CURLcode code) {
  http_answer made;
  made.how = send_started_ ? delivery::lost : delivery::unsent;
  if (!easy_) {
    made.error = endpoint_of(request_.url).host + ": curl could not prepare the request";
    return made;
  }
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  if (send_started_ && status >= 200)
    made.status = static_cast<int>(status);
  if (code != CURLE_OK || !headers_whole_) {
    made.error = error_text(code);
    return made;
  }
  made.how = delivery::answered;
  made.content_type = header("Content-Type");
  made.date = header("Date");
  made.retry_after = header("Retry-After");
  made.body = std::move(body_);
  return made;
}

} // namespace breakwater
