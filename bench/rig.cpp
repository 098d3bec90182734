#include "breakwater/bench/rig.hpp"

#include "breakwater/actors/errors.hpp"
#include "breakwater/actors/store_actor.hpp"
#include "breakwater/storage/memory_store.hpp"

#include <cstdio>
#include <cstdlib>

namespace breakwater::bench {

namespace {

template <class Answer, class Ask>
Answer ask_now(caf::actor_system& system, const auth_handle& auth, const Ask& ask) {
  caf::scoped_actor self{system};
  Answer out;
  compat::request(self.ptr(), auth, ask)
      .receive([&](Answer& answer) { out = std::move(answer); },
               [&](const caf::error& why) {
                 std::fprintf(stderr, "%s\n", failure_of(why).message.c_str());
                 std::exit(2);
               });
  return out;
}

} // namespace

credential sample_credential() {
  credential out;
  out.method = auth_method::oauth;
  out.access_token = secret{std::string(1500, 'a')};
  out.refresh_token = secret{"bench-refresh-0"};
  out.account = {"account-1", "somebody@example.org", "plus"};
  out.expires_at = std::chrono::system_clock::now() + std::chrono::hours{1};
  return out;
}

rig::rig(size_t workers, conduct how) : config_(workers), system_(config_) {
  authority_ = spawn_authority(system_, how, requests_);
  auth_parts parts;
  parts.settings.fresh_window = std::chrono::milliseconds{0}; // a login just now must not stand in for a refresh
  parts.store = spawn_store(system_, std::make_unique<memory_store>());
  parts.transport = authority_;
  service_.emplace(auth_handle{system_.spawn<auth_actor>(std::move(parts))}, std::chrono::milliseconds{0});
  ask_now<auth_status>(system_, auth(), login{sample_credential()});
}

auth_status rig::status(get_status ask) { return ask_now<auth_status>(system_, auth(), ask); }

bearer rig::token(get_token ask) { return ask_now<bearer>(system_, auth(), ask); }

} // namespace breakwater::bench
