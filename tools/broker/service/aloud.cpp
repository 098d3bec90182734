#include "breakwater/tools/broker/service/aloud.hpp"

#include <string>

#include <poll.h>
#include <unistd.h>

namespace breakwater::broker {

namespace {

/// A pipe that can be written takes this much without waiting.
constexpr size_t line_bytes_max = 4096;

} // namespace

void say_aloud(std::string_view line) {
  auto text = std::string{"breakwater: "}.append(line).substr(0, line_bytes_max - 1) + "\n";
  pollfd ready{STDERR_FILENO, POLLOUT, 0};
  if (::poll(&ready, 1, 0) == 1 && (ready.revents & POLLOUT)) [[maybe_unused]]
    auto written = ::write(STDERR_FILENO, text.data(), text.size());
}

} // namespace breakwater::broker
