// A user's program: every folder's headers are found, and the libraries link.
#include "breakwater/messages/secret.hpp"

#include <iostream>

int main() {
  std::cout << breakwater::secret{"not shown"} << '\n';
}
