#include "breakwater/tests/transport/tls_server.hpp"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>

#include <unistd.h>

namespace breakwater::testing {

namespace {

void add_extension(X509* cert, int which, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, cert, cert, nullptr, nullptr, 0);
  auto* extension = X509V3_EXT_conf_nid(nullptr, &context, which, value.c_str());
  X509_add_ext(cert, extension, -1);
  X509_EXTENSION_free(extension);
}

int choose_http2(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* in, unsigned in_size,
                 void*) {
  static constexpr unsigned char wanted[] = {2, 'h', '2'};
  auto found = SSL_select_next_proto(const_cast<unsigned char**>(out), size, wanted, sizeof wanted, in, in_size);
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

} // namespace

identity make_identity(const certificate_wish& wish, const identity* issuer) {
  static long serial = 1;
  identity made;
  made.key.reset(EVP_EC_gen("P-256"));
  made.cert.reset(X509_new());
  auto* cert = made.cert.get();
  X509_set_version(cert, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(cert), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(cert), -7200);
  X509_gmtime_adj(X509_getm_notAfter(cert), wish.ends_in);
  X509_set_pubkey(cert, made.key.get());
  auto name = "breakwater test " + std::to_string(serial);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_issuer_name(cert, X509_get_subject_name(issuer != nullptr ? issuer->cert.get() : cert));
  add_extension(cert, NID_basic_constraints, wish.is_ca ? "critical,CA:TRUE" : "CA:FALSE");
  if (wish.is_ca)
    add_extension(cert, NID_key_usage, "critical,keyCertSign,cRLSign");
  if (!wish.alternative_names.empty())
    add_extension(cert, NID_subject_alt_name, wish.alternative_names);
  X509_sign(cert, issuer != nullptr ? issuer->key.get() : made.key.get(), EVP_sha256());
  return made;
}

std::string write_pem(const identity& who, const std::string& name) {
  auto path = ::testing::TempDir() + "breakwater-" + std::to_string(::getpid()) + "-" + name + ".pem";
  auto* file = std::fopen(path.c_str(), "w");
  PEM_write_X509(file, who.cert.get());
  std::fclose(file);
  return path;
}

tls_context make_server(const identity& who, bool http2) {
  tls_context made{SSL_CTX_new(TLS_server_method()), &SSL_CTX_free};
  SSL_CTX_use_certificate(made.get(), who.cert.get());
  SSL_CTX_use_PrivateKey(made.get(), who.key.get());
  if (http2)
    SSL_CTX_set_alpn_select_cb(made.get(), &choose_http2, nullptr);
  return made;
}

} // namespace breakwater::testing
