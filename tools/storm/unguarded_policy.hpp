#pragma once
#include "breakwater/actors/transport_actor.hpp"
#include "breakwater/storage/memory_store.hpp"
#include "breakwater/tools/storm/policy.hpp"

#include <atomic>
#include <memory>
#include <vector>

namespace breakwater::storm {

/// Lets a row end without cutting a request: no new one begins, and those under way are waited for.
class request_gate {
public:
  /// False: do not begin a request. Each true is followed by one `leave`.
  bool enter() {
    ++under_way_;
    if (!closed_)
      return true;
    --under_way_;
    return false;
  }
  void leave() { --under_way_; }
  /// Blocks until none is under way, or this time is over.
  void close(std::chrono::milliseconds patience);

private:
  std::atomic<bool> closed_{false};
  std::atomic<size_t> under_way_{0};
};

/// What naive and serial have in common: a store that everybody reads and writes as he likes, and the transport. Alone,
/// the store is in memory (it costs nothing, in their favour); with other processes it is a file, and a write is whole
/// and waits for no lease.
class unguarded_policy : public policy {
public:
  unguarded_policy(caf::actor_system&, const authority&, std::string auth_file);
  ~unguarded_policy() override { unguarded_policy::end({}); }

  std::optional<std::string> begin(const std::optional<credential>&) override;
  /// The same as a write from outside: these find a login in the store.
  void login(const credential&) override;
  std::optional<std::string> write_from_outside(const credential&) override;
  void end(std::chrono::milliseconds patience) override;
  credential stored() override;

protected:
  /// Ends with the row.
  void keep(ask_handle clerk) { clerks_.push_back(std::move(clerk)); }

  /// One more way into the store.
  std::unique_ptr<credential_store> open_store() const;

  caf::actor_system& system_;
  transport_handle transport_;
  std::shared_ptr<request_gate> gate_ = std::make_shared<request_gate>();

private:
  std::string auth_file_;
  std::shared_ptr<memory_place> place_ = std::make_shared<memory_place>();
  std::unique_ptr<credential_store> store_;
  std::vector<ask_handle> clerks_;
};

/// The status that an app-server client would get: never an error, the token always in it.
auth_status status_of(const credential&, const get_status&);
bearer bearer_of(const credential&);

/// Its access token has not ended.
bool is_valid(const credential&, std::chrono::milliseconds for_at_least);

} // namespace breakwater::storm
