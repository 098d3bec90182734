#pragma once
#include "breakwater/storage/file_store.hpp"
#include "breakwater/tests/storage/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <string>

#include <sys/stat.h>

namespace breakwater::testing {

/// A directory with an auth.json, and short words for what the tests do with it.
class file_fixture : public ::testing::Test {
protected:
  static constexpr std::string_view token_mark = "t0ken-mark-";

  static credential managed(const std::string& name) {
    credential made;
    made.method = auth_method::oauth;
    made.access_token = secret{std::string{token_mark} + "access-" + name};
    made.refresh_token = secret{std::string{token_mark} + "refresh-" + name};
    made.id_token = secret{std::string{token_mark} + "id-" + name};
    made.account.id = "account-1";
    made.expires_at = wall_time{std::chrono::seconds{1'900'000'000}};
    return made;
  }

  static token_hash hash(const std::string& name) { return hash_of(managed(name).refresh_token); }

  static std::string document(const std::string& name) {
    return R"({"tokens":{"id_token":"t0ken-mark-id-)" + name + R"(","access_token":"t0ken-mark-access-)" + name +
           R"(","refresh_token":"t0ken-mark-refresh-)" + name + R"(","account_id":"account-1"}})";
  }

  /// Waits little: no test needs a wait to go well.
  static file_store_settings impatient() { return {std::chrono::milliseconds{20}, std::chrono::milliseconds{1}}; }

  file_store open() const { return file_store{path_, impatient()}; }

  static std::string refresh_token_in(credential_store& store) {
    auto loaded = store.load();
    EXPECT_EQ(loaded.error.code, ec::none) << loaded.error.message;
    return std::string{loaded.found.credential.refresh_token.reveal()};
  }

  static mode_t mode_of(const std::string& path) {
    struct stat found {};
    EXPECT_EQ(::stat(path.c_str(), &found), 0) << path;
    return found.st_mode & 07777;
  }

  /// The failure has the code, names the path, says `what`, and quotes no token.
  static void expect_failure(const failure& error, ec code, const std::string& path, const std::string& what) {
    EXPECT_EQ(to_string(error.code), to_string(code)) << error.message;
    EXPECT_NE(error.message.find(path), std::string::npos) << error.message;
    EXPECT_NE(error.message.find(what), std::string::npos) << error.message;
    EXPECT_EQ(error.message.find(token_mark), std::string::npos) << error.message;
  }

  temporary_directory directory_;
  std::string path_ = directory_ / "auth.json";
  std::string side_ = path_ + ".breakwater-state";
  std::string lease_ = path_ + ".breakwater-lease";
};

} // namespace breakwater::testing
