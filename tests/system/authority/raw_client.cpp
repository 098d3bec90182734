#include "breakwater/tests/system/authority/raw_client.hpp"

#include <gtest/gtest.h>

#include <memory>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace breakwater::fake {

namespace {

size_t append(char* data, size_t size, size_t count, void* into) {
  static_cast<std::string*>(into)->append(data, size * count);
  return size * count;
}

} // namespace

curl_result post_form(const std::string& url, const std::string& form, long timeout_ms) {
  curl_result made;
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy{curl_easy_init(), curl_easy_cleanup};
  curl_easy_setopt(easy.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_COPYPOSTFIELDS, form.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_TIMEOUT_MS, timeout_ms);
  curl_easy_setopt(easy.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_NOPROXY, "*");
  curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(easy.get(), CURLOPT_WRITEDATA, &made.body);
  curl_easy_setopt(easy.get(), CURLOPT_HEADERFUNCTION, append);
  curl_easy_setopt(easy.get(), CURLOPT_HEADERDATA, &made.head);
  made.code = curl_easy_perform(easy.get());
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &made.status);
  return made;
}

std::string refresh_form(std::string_view refresh_token) {
  return "grant_type=refresh_token&client_id=test&refresh_token=" + std::string{refresh_token};
}

raw_client::raw_client(const std::string& url) : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(std::stoi(url.substr(url.rfind(':') + 1))));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
}

raw_client::~raw_client() { ::close(socket_); }

void raw_client::send(std::string_view bytes) {
  EXPECT_EQ(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
}

void raw_client::send_refresh(std::string_view refresh_token) {
  auto form = refresh_form(refresh_token);
  send("POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
       std::to_string(form.size()) + "\r\n\r\n" + form);
}

int raw_client::read_status() {
  for (;;) {
    auto end = input_.find("\r\n\r\n");
    auto length = input_.find("Content-Length: ");
    if (end != std::string::npos && length < end) {
      auto whole = end + 4 + std::stoul(input_.substr(length + 16));
      if (input_.size() >= whole) {
        auto status = std::stoi(input_.substr(9, 3));
        input_.erase(0, whole);
        return status;
      }
    }
    char buffer[4096];
    auto size = ::recv(socket_, buffer, sizeof buffer, 0);
    if (size <= 0)
      return 0;
    input_.append(buffer, static_cast<size_t>(size));
  }
}

} // namespace breakwater::fake
