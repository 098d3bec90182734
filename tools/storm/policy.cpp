#include "breakwater/tools/storm/policy.hpp"

#include "breakwater/tools/storm/breakwater_policy.hpp"
#include "breakwater/tools/storm/naive_policy.hpp"
#include "breakwater/tools/storm/serial_policy.hpp"

namespace breakwater::storm {

std::unique_ptr<policy> make_policy(policy_kind kind, caf::actor_system& system, const authority& to,
                                    std::string auth_file) {
  switch (kind) {
  case policy_kind::naive:
    return std::make_unique<naive_policy>(system, to, std::move(auth_file));
  case policy_kind::serial:
    return std::make_unique<serial_policy>(system, to, std::move(auth_file));
  case policy_kind::breakwater:
    return std::make_unique<breakwater_policy>(system, to, std::move(auth_file));
  }
  return nullptr;
}

} // namespace breakwater::storm
