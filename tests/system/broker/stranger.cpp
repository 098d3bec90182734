#include <iostream>

#include "line_client.hpp"

/// stranger SOCKET: connects, asks, and prints every line that comes back. Run as another user.
int main(int argc, char** argv) {
  if (argc < 2)
    return 2;
  breakwater::testing::line_client client{std::string{argv[1]}};
  if (!client.connected())
    return 1;
  client.say({{"id", 1}, {"method", "breakwater/token"}});
  while (auto line = client.line())
    std::cout << *line << std::endl;
}
