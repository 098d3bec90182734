#include "breakwater/tools/broker/net/output.hpp"

#include "breakwater/storage/posix.hpp"

#include <sys/socket.h>

namespace breakwater::broker {

namespace {

/// Memory that a client with nothing waiting may keep.
constexpr size_t idle_bytes_max = size_t{8} << 10;

} // namespace

output::state output::write_to(int descriptor, bool is_socket) {
  while (!empty()) {
    auto* from = lines_.data() + written_;
    auto count = uninterrupted([&] {
      return is_socket ? ::send(descriptor, from, size(), MSG_NOSIGNAL | MSG_DONTWAIT)
                       : ::write(descriptor, from, size());
    });
    if (count < 0)
      return errno == EAGAIN || errno == EWOULDBLOCK ? state::full : state::broken;
    written_ += static_cast<size_t>(count);
  }
  clear();
  return state::written;
}

void output::clear() {
  if (lines_.capacity() > idle_bytes_max)
    wiped_string{}.swap(lines_); // wiped by its allocator
  else
    ::explicit_bzero(lines_.data(), lines_.size());
  lines_.clear();
  written_ = 0;
}

} // namespace breakwater::broker
