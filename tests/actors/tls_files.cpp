#include "breakwater/tests/actors/tls_files.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace breakwater::test {

tls_directory::tls_directory() {
  auto name = (std::filesystem::temp_directory_path() / "breakwater-tls-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr)
    ADD_FAILURE() << "no temporary directory " << name;
  path_ = name;
  auto run = [&](const std::string& arguments) {
    auto command = "cd " + path_.string() + " && openssl " + arguments + " 2>openssl.log";
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
  };
  run("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ca.key -out ca.pem -days 2 -subj "
      "/CN=test-ca");
  run("req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout peer.key -out peer.csr -subj /CN=localhost");
  run("x509 -req -in peer.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out peer.pem -days 2");
}

tls_directory::~tls_directory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

compat::tls_files tls_directory::peer() const { return {path_ / "peer.pem", path_ / "peer.key", path_ / "ca.pem"}; }

} // namespace breakwater::test
