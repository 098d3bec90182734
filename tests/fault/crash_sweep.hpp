#pragma once
#include "breakwater/tests/fault/fault_home.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <string>

namespace breakwater::testing {

/// A subject that died.
struct crashed {
  /// The call before which it was killed.
  std::string before;
  /// It had said that what was asked of it is done, or failed; null: it had said nothing.
  nlohmann::json answer;
};

/// What a subject is killed in.
struct crash_scene {
  std::function<void(fault_home&)> prepare = [](fault_home&) {};
  /// A command to the subject, made for this home.
  std::function<nlohmann::json(fault_home&)> ask;
  /// What was asked for is over, also what goes on behind the answer.
  std::function<bool(fault_home&)> is_over = [](fault_home& home) { return home.lease_is_free(); };
  /// What has to be true afterwards, whatever the call was.
  std::function<void(fault_home&, const crashed&)> check;
};

enum class victim { store, wire };

struct sweep_result {
  /// How many calls of each name were recorded, and before how many of them the subject was killed.
  std::map<std::string, int> recorded, killed;
  /// Recorded calls that were hit by no kill, without what differs from run to run.
  std::string missed;

  int kills() const;
};

/// Kills a fresh subject before every single system call that this thread of it makes on files, descriptors and sockets
/// from the question on until the lease is given back and one more `reload` was answered. Killed before call n + 1 is
/// killed after call n: nothing else happens on a thread between two calls. Each run is checked.
sweep_result kill_before_every_call(const crash_scene&, victim);

} // namespace breakwater::testing
