#include "breakwater/tools/broker/net/systemd.hpp"

#include <sys/socket.h>
#include <systemd/sd-daemon.h>

namespace breakwater::broker {

inherited_sockets take_inherited_sockets() {
  inherited_sockets out;
  auto count = ::sd_listen_fds(1); // and the variables go, so that no child takes them for its own
  for (auto i = 0; i < count; ++i) {
    out.sockets.emplace_back(SD_LISTEN_FDS_START + i);
    if (::sd_is_socket_unix(out.sockets.back().get(), SOCK_STREAM, 1, nullptr, 0) <= 0)
      out.problem = "the inherited descriptor " + std::to_string(SD_LISTEN_FDS_START + i) +
                    " is no listening unix stream socket: check ListenStream= in the socket unit";
  }
  return out;
}

void tell_ready(const std::string& status) { ::sd_notifyf(0, "READY=1\nSTATUS=%s", status.c_str()); }

void tell_stopping() { ::sd_notify(0, "STOPPING=1"); }

} // namespace breakwater::broker
