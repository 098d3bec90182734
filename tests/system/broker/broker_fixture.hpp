#pragma once
#include "breakwater/storage/file_store.hpp"
#include "breakwater/tests/storage/temporary_directory.hpp"
#include "breakwater/tools/authority/server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include <fcntl.h>

#include "line_client.hpp"

namespace breakwater::testing {

using nlohmann::json;

/// A strict authority (a token used twice ends its family), a home with an auth.json, and brokers on it.
class with_broker : public ::testing::Test {
protected:
  explicit with_broker(fake::server_options options = authority_options()) : authority(std::move(options)) {}
  void SetUp() override { ASSERT_FALSE(authority.start()); }

  static fake::server_options authority_options() {
    fake::server_options out;
    out.authority.refusals = fake::refusal_style::openai;
    return out;
  }

  std::string auth_file() const { return home / "auth.json"; }
  std::string socket() const { return home / "run/b.sock"; }

  /// A login as another program would leave it.
  fake::grant log_in(std::chrono::seconds lifetime = std::chrono::hours{1}) {
    auto grant = authority.issue("alice", lifetime);
    json document{{"OPENAI_API_KEY", nullptr},
                  {"tokens",
                   {{"id_token", grant.id_token.reveal()},
                    {"access_token", grant.access_token.reveal()},
                    {"refresh_token", grant.refresh_token.reveal()},
                    {"account_id", grant.account}}},
                  {"last_refresh", "2026-11-01T00:00:00Z"}};
    write_auth_file(document);
    return grant;
  }
  void write_auth_file(const json& document) const {
    auto path = auth_file();
    std::string text = document.dump(2);
    unique_fd file{::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
    ASSERT_EQ(::write(file.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  json read_auth_file() const {
    std::ifstream file{auth_file()};
    return json::parse(file, nullptr, false);
  }

  /// The environment that app-server clients give, and what a test adds.
  std::map<std::string, std::string> environment() const {
    auto out = variables;
    out.insert({{"HOME", home.path()},
                {"CODEX_HOME", home.path()},
                {"CODEX_REFRESH_TOKEN_URL_OVERRIDE", authority.token_endpoint()},
                {"CODEX_REVOKE_TOKEN_URL_OVERRIDE", authority.revocation_endpoint()}});
    return out;
  }

  /// The program as people run it.
  std::unique_ptr<child> run(std::vector<std::string> arguments) {
    return start(BREAKWATER_PROGRAM, std::move(arguments));
  }
  /// A program that takes what the real one takes from its configuration as `name=value`, and limits besides: see
  /// small_broker.cpp.
  std::unique_ptr<child> run_small(std::vector<std::string> arguments) {
    return start(SMALL_BROKER, std::move(arguments));
  }
  std::unique_ptr<child> start_serve(std::vector<std::string> arguments = {}) {
    arguments.insert(arguments.begin(), {"serve", "socket=" + socket()});
    auto out = run_small(std::move(arguments));
    EXPECT_TRUE(out->says("listening on")) << out->errors();
    return out;
  }

  std::unique_ptr<child> start(const char* program, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), program);
    auto errors = home / ("errors." + std::to_string(++started_));
    return std::make_unique<child>(child_options{std::move(arguments), environment(), errors});
  }

  temporary_directory home;
  fake::server authority;
  std::map<std::string, std::string> variables;

private:
  int started_ = 0;
};

inline json auth_status(bool include_token, bool refresh) {
  return {{"includeToken", include_token}, {"refreshToken", refresh}};
}

} // namespace breakwater::testing
