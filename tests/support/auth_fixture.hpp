#pragma once
#include "breakwater/actors/auth_actor.hpp"
#include "breakwater/actors/start.hpp"
#include "breakwater/storage/memory_store.hpp"
#include "breakwater/tests/support/deterministic_system.hpp"
#include "breakwater/tests/support/fake_transport.hpp"
#include "breakwater/tests/support/question.hpp"
#include "breakwater/tests/support/samples.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace breakwater::testing {

/// A store actor without a thread of its own, for a deterministic_system.
store_handle spawn_inline_store(caf::actor_system&, std::unique_ptr<credential_store>);

/// One auth actor over a memory store and a scripted authority: no thread, no time, no network.
class auth_fixture : public ::testing::Test {
protected:
  auth_fixture();
  ~auth_fixture() override;

  /// Puts a credential into the store, as another program would.
  void store(const credential&);
  /// What the store holds.
  stored content();

  /// Starts the auth actor over `place`. A second call is a second process with the same store.
  auth_handle start_auth();
  auth_handle start_auth(auth_parts);
  /// What `start_auth` takes if it is not told otherwise.
  auth_parts parts();

  /// Asks in the name of a new actor and runs the system until nothing moves.
  template <class Ask>
  question<answer_to<Ask>> ask(const auth_handle& auth, Ask what) {
    question<answer_to<Ask>> out{system.sys(), auth, std::move(what)};
    system.run();
    return out;
  }
  /// Lets the authority answer, and runs.
  void authority_answers(token_answer);
  /// Ends an actor at once, as a crash of its process would.
  void kill(const auth_handle&);

  wall_time wall() const { return clocks_.wall(); }

  deterministic_system system;
  std::shared_ptr<memory_place> place = std::make_shared<memory_place>();
  fake_transport transport;
  auth_settings settings;
  /// Every line that the hook got.
  std::vector<log_line> log;

private:
  clocks clocks_;
  std::vector<auth_handle> started_;
};

} // namespace breakwater::testing
