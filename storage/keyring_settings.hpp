#pragma once
#include <chrono>
#include <string>

namespace breakwater {

/// Which item of the keyring holds the credential, and how long its service may take. The defaults name the item of the
/// app-server clients, so that they and we find the same one.
struct keyring_settings {
  /// Attribute `service`.
  std::string service = "Codex Auth";
  /// Attribute `username`; empty: `keyring_key` of the directory.
  std::string key;
  /// The D-Bus address of the session bus; empty: that of the environment.
  std::string bus_address;
  /// The longest that one operation waits for the bus and the service, all its calls together. It is given up to three
  /// times in a compare-and-write that has to read, write and read back.
  std::chrono::milliseconds answer_wait_max = std::chrono::seconds{5};
  /// How often a watch looks at the item, for changes that the service does not tell of.
  std::chrono::milliseconds foreign_look_pause = std::chrono::seconds{30};
  /// How long a locked keyring may ask its user for the password; zero: it is not made to ask, and locked is a failure.
  std::chrono::milliseconds prompt_wait_max{0};
};

/// The key that app-server clients give the credential of a directory: `cli|` and the first 16 hex digits of the
/// SHA-256 of its canonical path. Parts of the path that do not exist are taken as they are.
std::string keyring_key(const std::string& directory);

} // namespace breakwater
