#pragma once
#include "breakwater/messages/error.hpp"
#include "breakwater/messages/secret.hpp"

#include <string>

namespace breakwater {

/// Where the passphrase of an encrypted file comes from: one of these, never an argument, which other users could read.
struct passphrase_source {
  /// A file descriptor, read to its end and closed; negative: none.
  int descriptor = -1;
  /// The name of an environment variable; read once, then wiped and unset, so that no child gets it.
  std::string variable;
  /// For a program that asked its user itself.
  secret given;
};

/// The longest passphrase.
inline constexpr size_t passphrase_size_max = 4096;

struct passphrase_result {
  failure error;
  secret passphrase;
};

/// Reads the passphrase; one newline at its end is cut. Fails with `store_unreadable`: no source or more than one, not
/// readable, not set, empty, too long. Changes the environment, so no other thread may use it meanwhile.
passphrase_result read_passphrase(const passphrase_source&);

} // namespace breakwater
