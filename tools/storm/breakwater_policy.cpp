#include "breakwater/tools/storm/breakwater_policy.hpp"

#include "breakwater/actors/errors.hpp"
#include "breakwater/storage/file_store.hpp"

namespace breakwater::storm {

breakwater_policy::breakwater_policy(caf::actor_system& system, const authority& to, std::string auth_file)
    : system_(system), to_(to), auth_file_(std::move(auth_file)), user_(system) {
  if (!auth_file_.empty())
    return;
  directory_.emplace();
  auth_file_ = directory_->path() + "/auth.json";
}

std::optional<std::string> breakwater_policy::begin(const std::optional<credential>& first) {
  if (directory_ && directory_->problem())
    return directory_->problem();
  if (first)
    if (auto problem = write_from_outside(*first))
      return problem;
  auth_config config;
  config.authority = to_;
  config.auth_file = auth_file_;
  auto started = start(system_, std::move(config));
  if (!started)
    return failure_of(started.error()).message;
  service_.emplace(std::move(*started));
  std::optional<std::string> problem;
  // Answered once the store was read: a program has started before its callers ask.
  compat::request(user_.ptr(), service_->auth(), get_status{})
      .receive(
          [&](const auth_status& status) {
            if (status->method != auth_method::oauth)
              problem = "the auth actor found no login in its store: " + status->failure.message;
          },
          [&](const caf::error& why) { problem = failure_of(why).message; });
  return problem;
}

ask_handle breakwater_policy::for_caller() { return service_->auth(); }

void breakwater_policy::login(const credential& next) {
  compat::send(user_.ptr(), service_->auth(), breakwater::login{next});
}

std::optional<std::string> breakwater_policy::write_from_outside(const credential& next) {
  file_store other{auth_file_};
  if (auto put = other.put(next); put.error)
    return put.error.message;
  return std::nullopt;
}

void breakwater_policy::end(std::chrono::milliseconds patience) {
  if (!service_)
    return;
  compat::request(user_.ptr(), service_->auth(), shutdown{patience})
      .receive([](const shutdown_outcome&) {}, [](const caf::error&) {});
  service_.reset();
}

credential breakwater_policy::stored() { return file_store{auth_file_}.load().found.credential; }

} // namespace breakwater::storm
