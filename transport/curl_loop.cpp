#include "breakwater/transport/curl_loop.hpp"

#include "breakwater/transport/curl_transfer.hpp"

#include <chrono>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include <signal.h>

namespace breakwater {

namespace {

/// Keeps a burst below the usual limit of 1,024 open files.
constexpr long connections_per_host_max = 64;
constexpr long idle_connections_max = 64;
constexpr int for_ever_ms = std::numeric_limits<int>::max();

void init_curl() {
  static const auto once = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(once);
}

multi_handle make_multi() {
  multi_handle made{curl_multi_init()};
  curl_multi_setopt(made.get(), CURLMOPT_MAX_HOST_CONNECTIONS, connections_per_host_max);
  curl_multi_setopt(made.get(), CURLMOPT_MAXCONNECTS, idle_connections_max);
  return made;
}

/// Signals are the host program's affair: its handlers run on its own threads, and a broken connection stays an error.
std::thread thread_without_signals(std::function<void()> run) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread made{std::move(run)};
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return made;
}

} // namespace

class curl_loop::impl {
public:
  explicit impl(std::chrono::milliseconds idle_time)
      : idle_time_(idle_time), multi_((init_curl(), make_multi())), thread_(thread_without_signals([this] { run(); })) {
  }

  void stop() {
    if (!thread_.joinable())
      return;
    post([this](uint64_t) { stopping_ = true; });
    thread_.join();
  }

  uint64_t submit(http_request request, callback done) {
    auto moved = std::make_shared<std::pair<http_request, callback>>(std::move(request), std::move(done));
    return post([this, moved](uint64_t id) { start(id, std::move(moved->first), std::move(moved->second)); });
  }

  uint64_t answer(http_answer what, callback done) {
    auto moved = std::make_shared<std::pair<http_answer, callback>>(std::move(what), std::move(done));
    return post([moved](uint64_t) { moved->second(std::move(moved->first)); });
  }

  void cancel(uint64_t request) {
    post([this, request](uint64_t) { finish(request, CURLE_ABORTED_BY_CALLBACK); });
  }

private:
  using command = std::function<void(uint64_t)>;
  struct job {
    std::unique_ptr<curl_transfer> transfer;
    callback done;
  };

  uint64_t post(command what) {
    std::lock_guard guard{mutex_};
    commands_.emplace_back(++last_id_, std::move(what));
    curl_multi_wakeup(multi_.get()); // inside the lock: `renew` replaces the handle
    return last_id_;
  }

  void run() {
    while (!stopping_) {
      run_commands();
      int running = 0;
      curl_multi_perform(multi_.get(), &running);
      reap();
      if (!stopping_)
        wait();
    }
    do // a callback that asks once more is answered, too
      while (!jobs_.empty())
        finish(jobs_.begin()->first, CURLE_ABORTED_BY_CALLBACK);
    while (run_commands());
  }

  /// True if there were any.
  bool run_commands() {
    std::vector<std::pair<uint64_t, command>> now;
    {
      std::lock_guard guard{mutex_};
      now.swap(commands_);
    }
    for (auto& [id, what] : now)
      what(id);
    return !now.empty();
  }

  void start(uint64_t id, http_request request, callback done) {
    auto transfer = std::make_unique<curl_transfer>(std::move(request));
    auto* easy = transfer->handle();
    if (stopping_ || easy == nullptr || curl_multi_add_handle(multi_.get(), easy) != CURLM_OK) {
      done(transfer->finish(stopping_ ? CURLE_ABORTED_BY_CALLBACK : CURLE_FAILED_INIT));
      return;
    }
    ids_.emplace(easy, id);
    jobs_.emplace(id, job{std::move(transfer), std::move(done)});
  }

  void reap() {
    int left = 0;
    while (const auto* message = curl_multi_info_read(multi_.get(), &left))
      if (message->msg == CURLMSG_DONE)
        finish(ids_.at(message->easy_handle), message->data.result);
  }

  void finish(uint64_t id, CURLcode code) {
    auto found = jobs_.find(id);
    if (found == jobs_.end())
      return;
    auto ended = std::move(found->second);
    jobs_.erase(found);
    ids_.erase(ended.transfer->handle());
    curl_multi_remove_handle(multi_.get(), ended.transfer->handle());
    renew_at_ = std::chrono::steady_clock::now() + idle_time_;
    auto answer = ended.transfer->finish(code);
    ended.transfer.reset(); // the request's secrets go before anybody hears of the answer
    ended.done(std::move(answer));
  }

  /// Sleeps until curl or a command wants something. Without requests it sleeps without end, after one pause that lets
  /// the connections of a burst serve the next.
  void wait() {
    if (!jobs_.empty() || !renew_at_) {
      curl_multi_poll(multi_.get(), nullptr, 0, for_ever_ms, nullptr);
      return;
    }
    auto left = std::chrono::ceil<std::chrono::milliseconds>(*renew_at_ - std::chrono::steady_clock::now());
    if (left.count() > 0)
      curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(left.count()), nullptr);
    else
      renew();
  }

  /// Closes the idle connections, which curl would keep until the next request. A fresh handle is the only way.
  void renew() {
    std::lock_guard guard{mutex_};
    if (!commands_.empty())
      return;
    multi_ = make_multi();
    renew_at_.reset();
  }

  const std::chrono::milliseconds idle_time_;
  std::mutex mutex_;
  std::vector<std::pair<uint64_t, command>> commands_; // guarded by mutex_
  uint64_t last_id_ = 0;                               // guarded by mutex_
  multi_handle multi_;                                 // replaced under mutex_, by the thread

  // The thread's own.
  std::map<uint64_t, job> jobs_;
  std::unordered_map<CURL*, uint64_t> ids_;
  /// When the connections of the last request are closed; nothing: none are open.
  std::optional<std::chrono::steady_clock::time_point> renew_at_;
  bool stopping_ = false;
  std::thread thread_;
};

curl_loop::curl_loop(std::chrono::milliseconds idle_time) : impl_(std::make_unique<impl>(idle_time)) {}
curl_loop::~curl_loop() { stop(); }
void curl_loop::stop() { impl_->stop(); }

uint64_t curl_loop::submit(http_request request, callback done) {
  return impl_->submit(std::move(request), std::move(done));
}
uint64_t curl_loop::answer(http_answer what, callback done) { return impl_->answer(std::move(what), std::move(done)); }
void curl_loop::cancel(uint64_t request) { impl_->cancel(request); }

} // namespace breakwater
