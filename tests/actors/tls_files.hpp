#pragma once
#include "breakwater/actors/caf_compat.hpp"

#include <filesystem>

namespace breakwater::test {

/// A CA, and a certificate and key of it, made by the openssl command in a directory of their own.
class tls_directory {
public:
  tls_directory();
  ~tls_directory();
  tls_directory(const tls_directory&) = delete;
  tls_directory& operator=(const tls_directory&) = delete;

  /// A peer with a certificate of the CA.
  compat::tls_files peer() const;

private:
  std::filesystem::path path_;
};

} // namespace breakwater::test
