#include "breakwater/tools/broker/cli/login_source.hpp"

#include "breakwater/storage/file_store.hpp"
#include "breakwater/storage/posix.hpp"
#include "breakwater/tools/broker/cli/choose_port.hpp"
#include "breakwater/tools/broker/cli/interrupt.hpp"
#include "breakwater/tools/broker/cli/store_reading.hpp"

#include <array>

#include <poll.h>
#include <string.h>
#include <termios.h>

namespace breakwater::cli {

namespace {

/// How late an interrupt may be seen that came just before a wait.
constexpr int nap_milliseconds = 100;

/// A terminal that does not show what is typed, as long as this lives.
class silent_terminal {
public:
  silent_terminal() {
    if (::isatty(STDIN_FILENO) != 1 || ::tcgetattr(STDIN_FILENO, &before_) != 0)
      return;
    is_one_ = true;
    auto silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    constexpr std::string_view question = "API key (not shown): ";
    if (::write(STDERR_FILENO, question.data(), question.size()) < 0)
      return;
  }
  silent_terminal(const silent_terminal&) = delete;
  silent_terminal& operator=(const silent_terminal&) = delete;
  ~silent_terminal() {
    if (!is_one_)
      return;
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    if (::write(STDERR_FILENO, "\n", 1) < 0)
      return;
  }
  bool is_one() const { return is_one_; }

private:
  bool is_one_ = false;
  termios before_{};
};

login_source refused(ec code, std::string why) { return {{code, std::move(why)}, {}, {}}; }

login_source read_standard_input() {
  silent_terminal terminal;
  wiped_string text;
  std::array<char, 4096> piece{};
  for (;;) {
    if (was_interrupted())
      return refused(ec::invalid_request, "interrupted; nothing was done");
    pollfd ready{STDIN_FILENO, POLLIN, 0};
    if (::poll(&ready, 1, nap_milliseconds) <= 0)
      continue;
    auto count = uninterrupted([&] { return ::read(STDIN_FILENO, piece.data(), piece.size()); });
    if (count < 0)
      return refused(ec::invalid_request, describe_errno("read", "standard input", errno));
    text.append(piece.data(), static_cast<size_t>(count));
    ::explicit_bzero(piece.data(), piece.size());
    if (text.size() > login_input_max)
      return refused(ec::invalid_request, "standard input is longer than any credential");
    if (count == 0 || (terminal.is_one() && text.find('\n') != text.npos))
      break;
  }
  auto read = parse_login_input(text, moment_now().wall);
  return {std::move(read.error), std::move(read.found), {}};
}

login_source read_file(const std::string& path, const broker::settings& from) {
  auto own = from.text("account." + from.account() + ".path");
  if (is_same_store(path, own))
    return refused(ec::invalid_request, path + " is where this account is kept already; breakwater reload reads it "
                                               "again");
  auto read = file_store{path}.load();
  if (read.error)
    return refused(read.error.code, read.error.message);
  if (read.found.credential.method == auth_method::none)
    return refused(ec::invalid_request, path + " is not there, or holds no credential");
  login_source out{{}, std::move(read.found.credential), {}};
  if (out.found.method == auth_method::oauth && !out.found.refresh_token.empty())
    out.warning = path + " holds the same refresh token still: the first of the two that refreshes ends the other's "
                         "login. Let only one of them use it: remove that file, or set the account's path to it "
                         "instead of copying it.";
  return out;
}

} // namespace

login_source read_login(const std::string& from_path, const broker::settings& from) {
  auto read = from_path.empty() ? read_standard_input() : read_file(from_path, from);
  if (!read.error && read.found.method == auth_method::external)
    return refused(ec::invalid_request, "these tokens belong to another program, which refreshes them "
                                        "(chatgptAuthTokens): a copy would end with the access token");
  return read;
}

} // namespace breakwater::cli
