#pragma once
#include <gtest/gtest.h>

#include <array>
#include <functional>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace breakwater::testing {

/// A real second process, forked. It talks to the test through two pipes, one byte at a time; that is how the two are
/// put in an order without sleeping.
class child_process {
public:
  /// What both sides may do: say a byte, wait for one.
  class line {
  public:
    line(int in, int out) : in_{in}, out_{out} {}
    void say() const {
      char byte = '!';
      if (::write(out_, &byte, 1) != 1)
        ::_exit(99);
    }
    /// False if the other side ended.
    bool hear() const {
      char byte = 0;
      return ::read(in_, &byte, 1) == 1;
    }

  private:
    int in_, out_;
  };

  /// Runs `body` in the child; what it returns is the exit code. It must not use gtest's assertions.
  explicit child_process(const std::function<int(const line&)>& body) {
    EXPECT_EQ(::pipe(to_child_.data()), 0);
    EXPECT_EQ(::pipe(to_parent_.data()), 0);
    id_ = ::fork();
    EXPECT_GE(id_, 0);
    if (id_ == 0) {
      ::close(to_child_[1]);
      ::close(to_parent_[0]);
      ::_exit(body(line{to_child_[0], to_parent_[1]}));
    }
    ::close(to_child_[0]);
    ::close(to_parent_[1]);
  }
  child_process(const child_process&) = delete;
  ~child_process() {
    if (id_ > 0)
      kill();
    ::close(to_child_[1]);
    ::close(to_parent_[0]);
  }

  line parent_line() const { return {to_parent_[0], to_child_[1]}; }

  /// The exit code.
  int wait() {
    int status = 0;
    ::waitpid(id_, &status, 0);
    id_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

  void kill() {
    ::kill(id_, SIGKILL);
    wait();
  }

private:
  std::array<int, 2> to_child_{}, to_parent_{};
  pid_t id_ = 0;
};

/// Runs `body` in a child as another user if we are root; the exit code.
inline int run_as_nobody(const std::function<int()>& body) {
  constexpr uid_t nobody = 65534;
  return child_process{[&](const child_process::line&) {
           if (::geteuid() == 0 && ::setresuid(nobody, nobody, nobody) != 0)
             return 98;
           return body();
         }}
      .wait();
}

} // namespace breakwater::testing
