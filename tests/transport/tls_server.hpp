#pragma once
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

/// Certificates made when a test starts, and server sides that use them.
namespace breakwater::testing {

using certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using private_key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using tls_context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;

struct identity {
  certificate cert{nullptr, &X509_free};
  private_key key{nullptr, &EVP_PKEY_free};
};

struct certificate_wish {
  /// As openssl.cnf writes it; empty: none.
  std::string alternative_names = "IP:127.0.0.1,DNS:localhost";
  bool is_ca = false;
  /// Seconds from now; negative: expired.
  long ends_in = 3600;
};

/// Signed by `issuer`, or by itself where that is nullptr.
identity make_identity(const certificate_wish&, const identity* issuer = nullptr);

/// Writes the certificate as PEM and returns the path, in the test's temporary directory.
std::string write_pem(const identity&, const std::string& name);

/// A server side; with `http2` it takes h2 where a client offers it.
tls_context make_server(const identity&, bool http2 = false);

} // namespace breakwater::testing
