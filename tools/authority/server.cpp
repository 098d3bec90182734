#include "breakwater/tools/authority/server.hpp"

#include "breakwater/tools/authority/endpoints.hpp"
#include "breakwater/tools/authority/http_loop.hpp"

#include <mutex>
#include <random>
#include <thread>
#include <utility>

#include <sys/resource.h>

namespace breakwater::fake {

namespace {

/// Ten thousand callers, each with a connection of its own, need as many descriptors.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }
}

authority_settings seeded(authority_settings settings) {
  if (settings.seed == 0)
    settings.seed = uint64_t{std::random_device{}()} << 32 | std::random_device{}();
  return settings;
}

grant grant_of(token_set tokens) {
  grant made;
  made.access_token = secret::absorb(tokens.access_token);
  made.refresh_token = secret::absorb(tokens.refresh_token);
  made.id_token = secret::absorb(tokens.id_token);
  made.account = std::move(tokens.account);
  made.family = tokens.family;
  made.expires_in = tokens.expires_in;
  return made;
}

} // namespace

/// The lock between the loop's thread and the callers, and the only place that reads a clock.
class server::impl final : public http_handler {
public:
  explicit impl(server_options options)
      : port_{options.port}, endpoints_{seeded(options.authority), std::move(options.log)}, loop_{*this} {}

  ~impl() override { stop(); }

  std::optional<std::string> start() {
    raise_descriptor_limit();
    if (auto problem = loop_.listen(port_))
      return problem;
    thread_ = std::thread{[this] { loop_.run(); }};
    return std::nullopt;
  }

  void stop() {
    if (!thread_.joinable())
      return;
    loop_.stop();
    thread_.join();
  }

  uint16_t port() const { return loop_.port(); }

  /// Calls `f` with the endpoints and the time, alone.
  template <class F>
  auto locked(F f) {
    std::lock_guard hold{mutex_};
    return f(endpoints_, now());
  }

  void on_connect() override {
    locked([](endpoints& e, server_time) { ++e.model().counts().connections; });
  }

  behavior take_early_fault() override {
    return locked([](endpoints& e, server_time) { return e.take_early_fault(); });
  }

  reply_plan on_request(const http_request& request, bool keep_alive) override {
    return locked([&](endpoints& e, server_time now) { return e.handle(request, keep_alive, now); });
  }

private:
  // Wall time is read once: nobody can make this authority's tokens live longer by setting the clock.
  server_time now() const {
    auto since_start = std::chrono::duration_cast<span>(std::chrono::steady_clock::now() - started_);
    return {since_start, started_wall_ + since_start};
  }

  uint16_t port_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  wall_time started_wall_ = std::chrono::system_clock::now();
  std::mutex mutex_;
  endpoints endpoints_;
  http_loop loop_;
  std::thread thread_;
};

server::server(server_options options) : impl_{std::make_unique<impl>(std::move(options))} {}

server::~server() = default;

std::optional<std::string> server::start() { return impl_->start(); }

void server::stop() { impl_->stop(); }

std::string server::url() const { return "http://127.0.0.1:" + std::to_string(impl_->port()); }

std::string server::token_endpoint() const { return url() + "/oauth/token"; }

std::string server::revocation_endpoint() const { return url() + "/oauth/revoke"; }

grant server::issue(std::string account) {
  return impl_->locked([&](endpoints& e, server_time now) {
    return grant_of(e.model().issue(std::move(account), now.wall + e.settings().clock_skew));
  });
}

grant server::issue(std::string account, std::chrono::milliseconds lifetime) {
  return impl_->locked([&](endpoints& e, server_time now) {
    return grant_of(e.model().issue(std::move(account), now.wall + e.settings().clock_skew, lifetime));
  });
}

void server::script(behavior next, size_t count) {
  impl_->locked([&](endpoints& e, server_time) {
    if (count > 0)
      e.script().push(std::move(next), count);
  });
}

void server::stand(behavior always) {
  impl_->locked([&](endpoints& e, server_time) { e.script().stand(std::move(always)); });
}

void server::clear_script() {
  impl_->locked([](endpoints& e, server_time) { e.script().clear(); });
}

bool server::refuse(uint64_t family, answer with) {
  if (redeems(with))
    return false;
  return impl_->locked(
      [&](endpoints& e, server_time) { return e.model().condemn(family, std::string{name_of(with)}); });
}

bool server::revoke(uint64_t family) {
  return impl_->locked([&](endpoints& e, server_time) { return e.model().revoke_family(family); });
}

bool server::is_valid(const secret& access_token) const {
  return impl_->locked([&](endpoints& e, server_time now) {
    return e.model().is_valid(access_token.reveal(), now.wall + e.settings().clock_skew);
  });
}

bool server::is_current(const secret& refresh_token) const {
  return impl_->locked([&](endpoints& e, server_time now) {
    return e.model().is_current(refresh_token.reveal(), now.wall + e.settings().clock_skew);
  });
}

bool server::is_alive(uint64_t family) const {
  return impl_->locked([&](endpoints& e, server_time) { return e.model().is_alive(family); });
}

statistics server::stats() const {
  return impl_->locked([](endpoints& e, server_time) { return e.model().snapshot(); });
}

statistics server::totals() const {
  return impl_->locked([](endpoints& e, server_time) {
    auto& counts = e.model().counts();
    // The timeline is by far the largest part; it stays where it is.
    auto timeline = std::exchange(counts.timeline, {});
    auto copy = counts;
    counts.timeline = std::move(timeline);
    return copy;
  });
}

} // namespace breakwater::fake
