#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "broker_fixture.hpp"

/// 1,000 clients at once, each with one question open all the time, for LOAD_SECONDS.
namespace breakwater::testing {

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

/// One client of the crowd: asks, takes exactly the answer to that, asks again.
class asker {
public:
  asker(const std::string& socket, size_t number) : connection_(socket), number_(number) {}

  bool connected() const { return connection_.connected(); }
  int descriptor() const { return connection_.descriptor(); }
  bool is_waiting() const { return waiting_; }
  uint64_t answers() const { return answers_; }
  /// Not empty: what was wrong with an answer.
  const std::string& fault() const { return fault_; }

  void begin() {
    connection_.initialize();
    ::fcntl(descriptor(), F_SETFL, O_NONBLOCK);
  }
  void ask() {
    static constexpr std::string_view bodies[]{
        R"("method":"getAuthStatus","params":{}})", R"("method":"getAuthStatus","params":{"includeToken":true}})",
        R"("method":"getAuthStatus","params":{"includeToken":true,"refreshToken":true}})",
        R"("method":"breakwater/token"})"};
    ++id_;
    waiting_ = connection_.send("{\"id\":" + std::to_string(id_) + "," +
                                std::string{bodies[(id_ + number_) % std::size(bodies)]} + "\n");
    if (!waiting_)
      fault_ = "it was sent away";
  }
  /// Takes what is there; true if the answer has come.
  bool take() {
    char bytes[8192];
    auto count = ::recv(descriptor(), bytes, sizeof bytes, 0);
    if (count <= 0)
      fault_ = "it was sent away while it waited";
    buffer_.append(bytes, static_cast<size_t>(std::max<ssize_t>(count, 0)));
    if (buffer_.empty() || buffer_.back() != '\n')
      return false;
    if (!buffer_.starts_with("{\"id\":" + std::to_string(id_) + ",\"result\":{") ||
        std::count(buffer_.begin(), buffer_.end(), '\n') != 1)
      fault_ = "wrong answer: " + buffer_.substr(0, 300);
    buffer_.clear();
    waiting_ = false;
    ++answers_;
    return true;
  }

private:
  line_client connection_;
  size_t number_;
  int64_t id_ = 0;
  bool waiting_ = false;
  uint64_t answers_ = 0;
  std::string buffer_;
  std::string fault_;
};

class crowd {
public:
  crowd(const std::string& socket, size_t count) : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    for (size_t i = 0; i < count; ++i) {
      auto& one = *all_.emplace_back(std::make_unique<asker>(socket, i));
      if (!one.connected())
        return;
      one.begin();
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = i;
      ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, one.descriptor(), &event);
    }
  }

  /// Asks until `end`, then waits for every open answer.
  void run(clock::time_point end) {
    for (auto& one : all_)
      one->ask();
    auto open = all_.size();
    while (open > 0 && clock::now() < end + patience) {
      epoll_event events[256];
      auto count = ::epoll_wait(epoll_.get(), events, 256, 1000);
      for (auto i = 0; i < count; ++i) {
        auto& one = *all_[events[i].data.u64];
        if (one.fault().empty() && !one.take() && one.fault().empty())
          continue;
        if (one.fault().empty() && clock::now() < end)
          one.ask();
        else
          --open, ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, one.descriptor(), nullptr);
      }
    }
  }

  const std::vector<std::unique_ptr<asker>>& all() const { return all_; }

private:
  unique_fd epoll_;
  std::vector<std::unique_ptr<asker>> all_;
};

class load : public with_broker {};

} // namespace

TEST_F(load, given_1000_clients_that_ask_all_the_time_when_they_stop_then_no_answer_was_lost) {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  log_in();
  authority.stand({.delay = 30ms});
  auto broker = start_serve();
  crowd clients{socket(), 1000};
  ASSERT_EQ(clients.all().size(), 1000u);
  auto begun = clock::now();
  clients.run(begun + std::chrono::seconds{LOAD_SECONDS});
  uint64_t answers = 0;
  for (auto& one : clients.all()) {
    EXPECT_EQ(one->fault(), "");
    EXPECT_FALSE(one->is_waiting());
    EXPECT_GT(one->answers(), 0u);
    answers += one->answers();
  }
  auto seconds = std::chrono::duration<double>(clock::now() - begun).count();
  std::printf("%lu answers, %.0f/s, %ld KiB resident, %lu requests to the authority\n", answers,
              static_cast<double>(answers) / seconds, broker->resident(), authority.totals().token_requests);
  EXPECT_LT(broker->resident(), 60'000) << "KiB";
  // Tokens that are younger than 10 s satisfy a refresh: so one flight in 10 s, and no more.
  EXPECT_LE(authority.totals().token_requests, 1 + static_cast<uint64_t>(seconds / 10));
  EXPECT_EQ(authority.totals().replays, 0u);
}

} // namespace breakwater::testing
