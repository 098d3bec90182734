#include "breakwater/tests/support/auth_fixture.hpp"

#include "breakwater/actors/store_actor.hpp"

namespace breakwater::testing {

store_handle spawn_inline_store(caf::actor_system& system, std::unique_ptr<credential_store> store) {
  return system.spawn<store_actor>(std::move(store));
}

auth_fixture::auth_fixture() : transport(system.sys()), clocks_(test_clocks(system)) {}

auth_fixture::~auth_fixture() {
  for (auto& auth : started_)
    caf::anon_send_exit(auth, caf::exit_reason::kill);
  transport.end();
  started_.clear();
  system.run();
}

void auth_fixture::store(const credential& value) { EXPECT_FALSE(memory_store{place}.put(value).error); }

stored auth_fixture::content() { return memory_store{place}.load().found; }

auth_parts auth_fixture::parts() {
  auth_parts out;
  out.settings = settings;
  out.store = spawn_inline_store(system.sys(), std::make_unique<memory_store>(place));
  out.transport = transport.handle();
  out.clocks = clocks_;
  out.log = [this](const log_line& line) { log.push_back(line); };
  return out;
}

auth_handle auth_fixture::start_auth() { return start_auth(parts()); }

auth_handle auth_fixture::start_auth(auth_parts with) {
  auth_handle out = system.sys().spawn<auth_actor>(std::move(with));
  started_.push_back(out);
  system.run();
  return out;
}

void auth_fixture::authority_answers(token_answer answer) {
  transport.answer(std::move(answer));
  system.run();
}

void auth_fixture::kill(const auth_handle& auth) {
  caf::anon_send_exit(auth, caf::exit_reason::kill);
  system.run();
}

} // namespace breakwater::testing
