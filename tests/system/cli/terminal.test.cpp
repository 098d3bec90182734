#include <array>
#include <chrono>

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "with_authority.hpp"

namespace breakwater::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// The program on a terminal of its own.
class on_a_terminal : public with_authority {
protected:
  void TearDown() override {
    if (child > 0) {
      ::kill(child, SIGKILL);
      ::waitpid(child, nullptr, 0);
    }
    if (terminal >= 0)
      ::close(terminal);
  }

  void start(const std::string& command) {
    std::vector<std::string> words{BREAKWATER_PROGRAM, command}, settings;
    for (const auto& [name, value] : environment)
      settings.push_back(name + '=' + value);
    std::vector<char*> argv, envp;
    for (auto& each : words)
      argv.push_back(each.data());
    for (auto& each : settings)
      envp.push_back(each.data());
    argv.push_back(nullptr);
    envp.push_back(nullptr);
    ended = false;
    child = ::forkpty(&terminal, nullptr, nullptr, nullptr);
    if (child == 0) {
      ::execve(argv[0], argv.data(), envp.data());
      ::_exit(127);
    }
    ASSERT_GT(child, 0);
  }

  void type(const std::string& text) const {
    ASSERT_EQ(::write(terminal, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }

  /// True if the terminal shows this within 20 s.
  bool shows(const std::string& text) {
    auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (shown.find(text) == std::string::npos && std::chrono::steady_clock::now() < end && read_some()) {
    }
    return shown.find(text) != std::string::npos;
  }

  /// Its exit code; it is killed if it says nothing for 20 s.
  int wait() {
    while (read_some()) {
    }
    int status = 0;
    if (!ended)
      ::kill(child, SIGKILL);
    ::waitpid(child, &status, 0);
    child = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  std::string shown;

private:
  bool read_some() {
    pollfd ready{terminal, POLLIN, 0};
    if (::poll(&ready, 1, 20'000) <= 0)
      return false;
    std::array<char, 4096> piece{};
    auto count = ::read(terminal, piece.data(), piece.size());
    if (count > 0)
      shown.append(piece.data(), static_cast<size_t>(count));
    ended = count <= 0; // the end of the other side is an error here
    return !ended;
  }

  pid_t child = -1;
  int terminal = -1;
  bool ended = false;
};

TEST_F(on_a_terminal, given_a_terminal_when_logging_in_then_the_key_is_asked_for_and_not_shown) {
  start("login");
  ASSERT_TRUE(shows("API key (not shown): "));
  type("sk-key-of-alice-1234567890\n");
  EXPECT_EQ(wait(), 0);
  EXPECT_THAT(shown, HasSubstr("an API key"));
  EXPECT_THAT(shown, Not(HasSubstr("sk-key")));
  EXPECT_EQ(breakwater({"token"}).out, "sk-key-of-alice-1234567890\n");
}

TEST_F(on_a_terminal, given_a_question_when_interrupted_then_nothing_is_done) {
  start("login");
  ASSERT_TRUE(shows("API key (not shown): "));
  type("\x03");
  EXPECT_EQ(wait(), 130);
  EXPECT_THAT(shown, HasSubstr("interrupted; nothing was done"));
  EXPECT_EQ(breakwater({"status"}).code, 3);
}

TEST_F(on_a_terminal, given_a_terminal_when_asked_then_there_is_colour_unless_somebody_minds) {
  start("status");
  EXPECT_EQ(wait(), 3);
  EXPECT_THAT(shown, HasSubstr("\033[31mlogged out\033[0m"));
  for (auto [name, value] : {std::pair{"NO_COLOR", "1"}, std::pair{"TERM", "dumb"}}) {
    TearDown();
    shown.clear();
    environment.erase("NO_COLOR");
    environment[name] = value;
    start("status");
    EXPECT_EQ(wait(), 3);
    EXPECT_THAT(shown, HasSubstr("logged out"));
    EXPECT_THAT(shown, Not(HasSubstr("\033"))) << name;
  }
}

} // namespace
} // namespace breakwater::testing
