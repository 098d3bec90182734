#pragma once
#include "breakwater/tools/broker/net/instance.hpp"
#include "breakwater/tools/broker/net/loop.hpp"

#include <functional>

namespace breakwater::broker {

/// Lets processes of this user in through a unix socket. Everybody else is told so and sent away, root included.
class unix_listener : public loop_guest {
public:
  /// New clients go to `clients`; more than `clients_max` at once are told so and sent away.
  unix_listener(loop& clients, const tally& counts, size_t clients_max);

  /// Listens on `path`, in place of a broker that is dead. Returns what went wrong, or nothing.
  std::string listen(const std::string& path);
  /// Listens on a socket that somebody else made and will remove.
  std::string adopt(unique_fd socket);
  /// Lets nobody in any more, and removes the socket that `listen` made. While the loop is there.
  void stop();

  /// Where it listens.
  const std::string& path() const { return path_; }

  int descriptor() const override { return socket_.get(); }
  void on_ready() override;

private:
  void let_in(unique_fd client);
  void turn_away();

  loop& clients_;
  const tally& counts_;
  size_t clients_max_;
  instance instance_;
  std::string path_;
  unique_fd socket_;
  /// Given up for a moment when no descriptor is left.
  unique_fd reserve_;
  bool made_ = false;
  bool stopped_ = false;
};

/// Raises the limit of open descriptors as far as this process may, and says how many clients fit.
size_t make_room_for_clients(size_t wanted);

} // namespace breakwater::broker
