#include "breakwater/transport/oauth_client.hpp"

#include "breakwater/transport/curl_loop.hpp"
#include "breakwater/transport/endpoint.hpp"
#include "breakwater/transport/oauth_codec.hpp"

#include <chrono>
#include <utility>

namespace breakwater {

namespace {

/// What must hold before a byte is sent; nothing if all does.
std::optional<std::string> problem_with(const authority& to, const secret& token, bool revoking) {
  if (token.empty())
    return "there is no token to send";
  return revoking ? revocation_problem_of(to) : settings_problem_of(to);
}

http_answer unsent_because(std::string problem) {
  http_answer made;
  made.error = std::move(problem);
  return made;
}

wall_time wall_now() { return std::chrono::time_point_cast<wall_time::duration>(std::chrono::system_clock::now()); }

} // namespace

class oauth_client::impl {
public:
  /// Either sends what `render` makes, or reports the problem; both from the loop's thread.
  template <class Render>
  uint64_t send(std::optional<std::string> problem, Render render, curl_loop::callback done) {
    if (problem)
      return loop_.answer(unsent_because(std::move(*problem)), std::move(done));
    return loop_.submit(render(), std::move(done));
  }

  void cancel(uint64_t request) { loop_.cancel(request); }
  void stop() { loop_.stop(); }

private:
  curl_loop loop_;
};

oauth_client::oauth_client() : impl_(std::make_unique<impl>()) {}
oauth_client::~oauth_client() { impl_->stop(); }

uint64_t oauth_client::refresh(std::shared_ptr<const authority> to, secret refresh_token,
                               std::function<void(token_answer)> done) {
  auto problem = problem_with(*to, refresh_token, false);
  return impl_->send(
      std::move(problem), [&] { return render_refresh(*to, refresh_token); },
      [to, refresh_token, done = std::move(done)](http_answer answer) {
        done(parse_token_answer(std::move(answer), *to, refresh_token, wall_now()));
      });
}

uint64_t oauth_client::revoke(std::shared_ptr<const authority> to, secret token, token_kind kind,
                              std::function<void(revocation_answer)> done) {
  auto problem = problem_with(*to, token, true);
  return impl_->send(
      std::move(problem), [&] { return render_revocation(*to, token, kind); },
      [to, token, done = std::move(done)](http_answer answer) {
        done(parse_revocation_answer(std::move(answer), *to, token));
      });
}

void oauth_client::cancel(uint64_t request) { impl_->cancel(request); }

} // namespace breakwater
