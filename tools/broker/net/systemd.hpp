#pragma once
#include "breakwater/storage/posix.hpp"

#include <string>
#include <vector>

/// What systemd hands over and wants to be told. Without systemd all of it does nothing.
namespace breakwater::broker {

struct inherited_sockets {
  std::vector<unique_fd> sockets;
  /// What is wrong with one of them; empty: nothing.
  std::string problem;
};

/// The sockets that this process was activated with; none if it was started by hand. Once.
inherited_sockets take_inherited_sockets();

/// The service works.
void tell_ready(const std::string& status);
/// The service ends.
void tell_stopping();

} // namespace breakwater::broker
