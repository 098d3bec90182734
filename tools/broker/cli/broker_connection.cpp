#include "breakwater/tools/broker/cli/broker_connection.hpp"

#include "breakwater/tools/broker/cli/interrupt.hpp"
#include "breakwater/tools/broker/rpc/answers.hpp"
#include "breakwater/tools/broker/rpc/json_fields.hpp"

#include <array>
#include <cstring>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace breakwater::cli {

namespace {

/// The broker limits its lines too; a longer answer is none.
constexpr size_t line_bytes_max = size_t{16} << 20;
/// How late an interrupt may be seen that came just before a wait.
constexpr int64_t nap_milliseconds = 500;

std::string system_text(int number) { return std::generic_category().message(number); }

json_document parse_line(std::string_view line) {
  return json_document::parse(line.begin(), line.end(), nullptr, false);
}

std::string peer_problem(int fd, pid_t& peer) {
  ucred who{};
  socklen_t size = sizeof who;
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) != 0)
    return "cannot tell who listens there: " + system_text(errno);
  peer = who.pid;
  if (may_be_given_secrets(who.uid, ::geteuid()))
    return {};
  return "another user (uid " + std::to_string(who.uid) + ") listens there, and would be given secrets";
}

} // namespace

bool may_be_given_secrets(uid_t listener, uid_t own) { return listener == own || listener == 0; }

broker_connection::open_result broker_connection::open(const std::string& socket_path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_path.size() >= sizeof address.sun_path)
    return {nullptr, false,
            "the path is longer than the " + std::to_string(sizeof address.sun_path - 1) + " bytes a socket may have"};
  std::memcpy(address.sun_path, socket_path.c_str(), socket_path.size() + 1);
  unique_fd fd{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (!fd)
    return {nullptr, false, system_text(errno)};
  auto* where = reinterpret_cast<const sockaddr*>(&address);
  if (uninterrupted([&] { return ::connect(fd.get(), where, sizeof address); }) != 0) {
    auto nobody = errno == ENOENT || errno == ECONNREFUSED || errno == ENOTDIR;
    return {nullptr, nobody, system_text(errno)};
  }
  pid_t peer = 0;
  if (auto problem = peer_problem(fd.get(), peer); !problem.empty())
    return {nullptr, false, problem};
  return {std::unique_ptr<broker_connection>{new broker_connection{std::move(fd), peer}}, false, {}};
}

size_t broker_connection::write_all(const wiped_string& bytes, std::string& error) {
  size_t done = 0;
  while (done < bytes.size()) {
    auto count =
        uninterrupted([&] { return ::send(fd_.get(), bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL); });
    if (count <= 0) {
      error = system_text(errno);
      return done;
    }
    done += static_cast<size_t>(count);
  }
  return done;
}

broker_connection::read_outcome
broker_connection::read_line(std::optional<std::chrono::steady_clock::time_point> deadline) {
  for (;;) {
    if (auto end = received_.find('\n'); end != received_.npos) {
      line_.assign(received_, 0, end);
      received_.erase(0, end + 1);
      return read_outcome::line;
    }
    if (was_interrupted())
      return read_outcome::interrupted;
    auto wait = nap_milliseconds;
    if (deadline) {
      auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - std::chrono::steady_clock::now()).count();
      if (left <= 0)
        return read_outcome::timeout;
      wait = std::min<int64_t>(left, wait);
    }
    pollfd ready{fd_.get(), POLLIN, 0};
    auto count = ::poll(&ready, 1, static_cast<int>(wait));
    if (count <= 0)
      continue;
    std::array<char, 16384> piece{};
    auto got = ::recv(fd_.get(), piece.data(), piece.size(), 0);
    if (got > 0)
      received_.append(piece.data(), static_cast<size_t>(got));
    ::explicit_bzero(piece.data(), piece.size());
    if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN) || received_.size() > line_bytes_max)
      return read_outcome::end;
  }
}

rpc_answer broker_connection::ask(const std::string& method, const json_document& params,
                                  std::chrono::milliseconds wait_max) {
  auto deadline = std::chrono::steady_clock::now() + wait_max;
  auto id = ++last_id_;
  wiped_string request;
  broker::append_request(request, id, method, broker::in_one_line(params));
  rpc_answer out;
  // A broker that refuses us may have said why before it closed, so what it sent is read in any case.
  auto sent = write_all(request, out.error);
  for (;;) {
    switch (read_line(deadline)) {
    case read_outcome::line:
      break;
    case read_outcome::end:
      out.fate = sent == 0 ? question_fate::unsent : question_fate::gone;
      return out;
    case read_outcome::timeout:
      out.fate = question_fate::timed_out;
      return out;
    case read_outcome::interrupted:
      out.fate = question_fate::interrupted;
      return out;
    }
    auto answer = parse_line(line_);
    ::explicit_bzero(line_.data(), line_.size());
    auto named = broker::integer_field(answer, "id");
    auto* error = broker::find_field(answer, "error");
    if (error != nullptr && (!named || *named == static_cast<int64_t>(id))) {
      out.failure = broker::failure_from_json(*error);
      return out;
    }
    if (!answer.is_object()) {
      out.fate = question_fate::garbled;
      return out;
    }
    if (!named || *named != static_cast<int64_t>(id))
      continue;
    if (auto* result = broker::find_field(answer, "result"))
      out.result = *result;
    return out;
  }
}

std::optional<rpc_notice> broker_connection::next_notice() {
  while (read_line(std::nullopt) == read_outcome::line) {
    auto notice = parse_line(line_);
    auto method = broker::text_field(notice, "method");
    if (!method)
      continue;
    auto* params = broker::find_field(notice, "params");
    return rpc_notice{*method, params ? *params : json_document{}};
  }
  return std::nullopt;
}

} // namespace breakwater::cli
