#include "breakwater/tests/fault/foreign_writer.hpp"

#include <nlohmann/json.hpp>

#include <cstdlib>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace breakwater::testing {

namespace {

void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    auto size = ::write(fd, text.data(), text.size());
    if (size <= 0)
      std::abort(); // a test cannot go on without its disk
    text.remove_prefix(static_cast<size_t>(size));
  }
}

int open_in_place(const std::string& path) {
  return ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
}

void replace(const std::string& path, std::string_view text) {
  auto aside = path.substr(0, path.rfind('/')) + "/.auth-XXXXXX";
  auto fd = ::mkostemp(aside.data(), O_CLOEXEC);
  write_all(fd, text);
  ::fsync(fd);
  ::close(fd);
  if (::rename(aside.c_str(), path.c_str()) != 0)
    ::unlink(aside.c_str()); // our own store takes away what lies there while nobody holds its lock
}

/// Holds a lock file for as long as it lives.
class locked {
public:
  explicit locked(const std::string& path)
      : fd_{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR)} {
    ::flock(fd_, LOCK_EX);
  }
  ~locked() { ::close(fd_); }
  locked(const locked&) = delete;
  locked& operator=(const locked&) = delete;

private:
  int fd_;
};

} // namespace

std::string document_of(const fake::grant& login, std::string_view last_refresh) {
  return nlohmann::json{{"auth_mode", "chatgpt"},
                        {"OPENAI_API_KEY", nullptr},
                        {"tokens",
                         {{"access_token", std::string{login.access_token.reveal()}},
                          {"refresh_token", std::string{login.refresh_token.reveal()}},
                          {"id_token", std::string{login.id_token.reveal()}},
                          {"account_id", login.account}}},
                        {"last_refresh", std::string{last_refresh}}}
      .dump(2);
}

void write_as(foreign_way way, const std::string& path, std::string_view text) {
  switch (way) {
  case foreign_way::in_place: {
    auto fd = open_in_place(path);
    write_all(fd, text);
    ::close(fd);
    return;
  }
  case foreign_way::under_locks: {
    locked first{path.substr(0, path.rfind('/')) + "/auth.lock"};
    locked second{path + ".lock"};
    replace(path, text);
    return;
  }
  case foreign_way::renamed:
    replace(path, text);
    return;
  }
}

half_write::half_write(const std::string& path, std::string_view text)
    : fd_{open_in_place(path)}, rest_{text.substr(text.size() / 2)} {
  write_all(fd_, text.substr(0, text.size() / 2));
}

half_write::~half_write() {
  if (fd_ >= 0)
    ::close(fd_);
}

void half_write::complete() {
  write_all(fd_, std::exchange(rest_, {}));
  ::close(std::exchange(fd_, -1));
}

foreign_refresh refresh_as_foreigner(const fake::server& authority, const std::string& refresh_token) {
  auto url = authority.url();
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(static_cast<uint16_t>(std::stoi(url.substr(url.rfind(':') + 1))));
  auto fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
    std::abort();
  auto body = "grant_type=refresh_token&client_id=foreign&refresh_token=" + refresh_token;
  write_all(fd, "POST /oauth/token HTTP/1.1\r\nHost: test\r\nConnection: close\r\n"
                "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
                    std::to_string(body.size()) + "\r\n\r\n" + body);
  std::string answer;
  char bytes[4096];
  for (ssize_t size = 0; (size = ::read(fd, bytes, sizeof bytes)) > 0;)
    answer.append(bytes, static_cast<size_t>(size));
  ::close(fd);
  auto start = answer.find("\r\n\r\n");
  auto parsed =
      start == std::string::npos ? nlohmann::json{} : nlohmann::json::parse(answer.substr(start + 4), nullptr, false);
  if (!parsed.is_object())
    return {};
  return {parsed.value("access_token", ""), parsed.value("refresh_token", ""), parsed.value("id_token", "")};
}

} // namespace breakwater::testing
