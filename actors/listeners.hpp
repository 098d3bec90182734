#pragma once
#include "breakwater/actors/interfaces.hpp"

#include <unordered_map>

namespace breakwater {

/// Who subscribed. Belongs to the auth actor and runs on its thread.
class listeners {
public:
  explicit listeners(auth_inner_handle::pointer self) : self_(self) {}

  /// From now on `who` gets every notice. `trusted`: with tokens, although it may be on another node. A second
  /// subscription of the same actor changes only that.
  void add(const listener& who, bool trusted);
  void remove(const caf::actor_addr& who);
  /// The same, when it is dead: then its death need not be watched any more.
  void forget(const caf::actor_addr& who);
  void clear() { known_.clear(); }

  /// Sends to everyone, in no order between listeners.
  void send(const auth_status&);
  /// Sends to one that was added.
  void send_to(const listener& who, const auth_status&);

private:
  struct entry {
    listener who; // empty: unsubscribed, its death still watched
    bool with_token = false;
  };

  auth_inner_handle::pointer self_;
  std::unordered_map<caf::actor_addr, entry> known_;
};

} // namespace breakwater
