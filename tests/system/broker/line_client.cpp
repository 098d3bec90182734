#include "line_client.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace breakwater::testing {

line_client::line_client(const std::string& socket_path) {
  unique_fd made{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  socket_path.copy(address.sun_path, sizeof address.sun_path - 1);
  if (::connect(made.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0)
    read_ = std::move(made);
}

bool line_client::send(const std::string& bytes) {
  auto to = write_ ? write_.get() : read_.get();
  for (size_t sent = 0; sent < bytes.size();) {
    auto count = write_ ? ::write(to, bytes.data() + sent, bytes.size() - sent)
                        : ::send(to, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (count < 0)
      return false;
    sent += static_cast<size_t>(count);
  }
  return true;
}

std::optional<std::string> line_client::line(std::chrono::milliseconds at_most) {
  auto end = std::chrono::steady_clock::now() + at_most;
  while (true) {
    if (auto newline = buffer_.find('\n', taken_); newline != std::string::npos) {
      auto out = buffer_.substr(taken_, newline - taken_);
      taken_ = newline + 1;
      return out;
    }
    buffer_.erase(0, std::exchange(taken_, 0));
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    pollfd ready{read_.get(), POLLIN, 0};
    if (ended_ || left.count() <= 0 || ::poll(&ready, 1, static_cast<int>(left.count())) <= 0)
      return std::nullopt;
    char bytes[65536];
    auto count = ::read(read_.get(), bytes, sizeof bytes);
    if (count > 0)
      buffer_.append(bytes, static_cast<size_t>(count));
    else
      ended_ = true;
  }
}

nlohmann::json line_client::message(std::chrono::milliseconds at_most) {
  auto text = line(at_most);
  return nlohmann::json::parse(text.value_or(""), nullptr, false);
}

nlohmann::json line_client::send_and_wait(const nlohmann::json& request) {
  say(request);
  while (true) {
    auto answer = message();
    if (answer.is_discarded() || (!answer.contains("method") && answer.value("id", nlohmann::json{}) == request["id"]))
      return answer;
    notices.push_back(std::move(answer));
  }
}

nlohmann::json line_client::ask(const std::string& method, nlohmann::json params) {
  return send_and_wait({{"id", ++last_id_}, {"method", method}, {"params", std::move(params)}});
}

nlohmann::json line_client::notice(const std::string& method) {
  while (true) {
    nlohmann::json next;
    if (notices.empty()) {
      next = message();
    } else {
      next = std::move(notices.front());
      notices.pop_front();
    }
    if (next.is_discarded() || next.value("method", "") == method)
      return next;
  }
}

nlohmann::json line_client::initialize(nlohmann::json capabilities) {
  auto answer =
      ask("initialize", {{"clientInfo", {{"name", "test"}, {"version", "1"}}}, {"capabilities", capabilities}});
  say({{"method", "initialized"}});
  return answer;
}

void line_client::close_input() {
  if (write_)
    write_.reset();
  else
    ::shutdown(read_.get(), SHUT_WR);
}

void line_client::close() {
  write_.reset();
  read_.reset();
}

} // namespace breakwater::testing
