#include "breakwater/actors/listeners.hpp"

namespace breakwater {

namespace {

auth_status without_token(const auth_status& status) {
  if (!status || status->token.empty())
    return status;
  auto fields = *status;
  fields.token = secret{};
  return auth_status{std::move(fields)};
}

/// The functor keeps nobody alive: an auth actor that is gone needs no news.
void report_end(const listener& who, const auth_inner_handle& to) {
  auto address = caf::actor_cast<caf::actor_addr>(who);
  compat::when_gone(who, [address, weak = caf::actor_cast<caf::weak_actor_ptr>(to)] {
    if (auto strong = caf::actor_cast<caf::strong_actor_ptr>(weak))
      compat::anon_send(caf::actor_cast<auth_inner_handle>(strong), listener_gone{address});
  });
}

} // namespace

void listeners::add(const listener& who, bool trusted) {
  auto [place, is_new] = known_.try_emplace(caf::actor_cast<caf::actor_addr>(who));
  place->second.who = who;
  place->second.with_token = trusted || who->node() == self_->node();
  if (is_new)
    report_end(who, auth_inner_handle{self_});
}

void listeners::remove(const caf::actor_addr& who) {
  if (auto place = known_.find(who); place != known_.end())
    place->second.who = listener{};
}

void listeners::forget(const caf::actor_addr& who) { known_.erase(who); }

void listeners::send(const auth_status& status) {
  auto bare = without_token(status);
  for (auto& [address, one] : known_)
    if (one.who)
      compat::send(self_, one.who, auth_changed{one.with_token ? status : bare});
}

void listeners::send_to(const listener& who, const auth_status& status) {
  auto with_token = known_[caf::actor_cast<caf::actor_addr>(who)].with_token;
  compat::send(self_, who, auth_changed{with_token ? status : without_token(status)});
}

} // namespace breakwater
