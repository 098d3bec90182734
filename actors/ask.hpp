#pragma once
#include "breakwater/actors/interfaces.hpp"

#include <future>
#include <memory>

namespace breakwater {

namespace detail {
auth_status answer_of(const get_status&);
bearer answer_of(const get_token&);
auth_status answer_of(const refresh&);
reload_outcome answer_of(const reload&);
auth_status answer_of(const login&);
logout_outcome answer_of(const logout&);
history answer_of(const explain&);
shutdown_outcome answer_of(const shutdown&);
} // namespace detail

/// What the auth actor answers to an `Ask`.
template <class Ask>
using answer_to = decltype(detail::answer_of(std::declval<Ask>()));

/// Asks from a thread that is no actor: returns at once, and the future has the answer or the error (errors.hpp). Any
/// thread; no worker of CAF is blocked. Do not wait for the future inside an actor: actors send requests.
template <class Ask>
std::future<caf::expected<answer_to<Ask>>> ask(caf::actor_system& system, const auth_handle& auth, Ask question) {
  using answer = answer_to<Ask>;
  auto promise = std::make_shared<std::promise<caf::expected<answer>>>();
  auto out = promise->get_future();
  system.spawn([auth, promise, question = std::move(question)](caf::event_based_actor* self) {
    compat::request(self, auth, question)
        .then([promise](answer& x) { promise->set_value(std::move(x)); },
              [promise](caf::error& why) { promise->set_value(std::move(why)); });
  });
  return out;
}

} // namespace breakwater
