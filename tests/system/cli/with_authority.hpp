#pragma once
#include "breakwater/storage/file_store.hpp"
#include "breakwater/tests/storage/temporary_directory.hpp"
#include "breakwater/tools/authority/server.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <thread>

#include "program.hpp"

namespace breakwater::testing {

/// The program, a home of its own, and a fake authority that speaks as OpenAI's does.
class with_authority : public ::testing::Test {
protected:
  with_authority() : authority(options()) {}

  static fake::server_options options() {
    fake::server_options out;
    out.authority.refusals = fake::refusal_style::openai;
    out.authority.client_id = "test-client";
    return out;
  }

  void SetUp() override {
    ASSERT_FALSE(authority.start());
    environment = {{"HOME", home.path()},
                   {"TZ", "UTC"},
                   {"BREAKWATER_AUTHORITY", "openai"},
                   {"BREAKWATER_TOKEN_ENDPOINT", authority.token_endpoint()},
                   {"BREAKWATER_REVOCATION_ENDPOINT", authority.revocation_endpoint()},
                   {"BREAKWATER_CLIENT_ID", "test-client"},
                   {"BREAKWATER_FRESH_WINDOW", "0s"},
                   {"BREAKWATER_AUTH_FILE", auth_file()}};
  }

  std::string auth_file() const { return home / "auth.json"; }
  std::string socket() const { return home / "b.sock"; }

  /// A login as another program would leave it.
  fake::grant log_in(std::chrono::seconds lifetime = std::chrono::hours{1}) {
    auto grant = authority.issue("alice", lifetime);
    credential held;
    held.method = auth_method::oauth;
    held.access_token = grant.access_token;
    held.refresh_token = grant.refresh_token;
    held.id_token = grant.id_token;
    held.account.id = grant.account;
    auto put = file_store{auth_file()}.put(held);
    EXPECT_FALSE(put.error) << put.error.message;
    return grant;
  }

  ran breakwater(const std::vector<std::string>& arguments, std::optional<std::string> input = "") {
    auto out = run(arguments, environment, std::move(input));
    outputs += out.out + out.err;
    return out;
  }

  nlohmann::json json(std::vector<std::string> arguments, int code = 0) {
    arguments.emplace_back("--json");
    auto out = breakwater(arguments);
    EXPECT_EQ(out.code, code) << out.out << out.err;
    auto read = nlohmann::json::parse(out.out, nullptr, false);
    EXPECT_TRUE(read.is_object()) << out.out;
    return read;
  }

  /// Waits until a request has come to the authority, for 20 s at most.
  void wait_for_a_request() const {
    auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (authority.totals().requests == 0 && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
    EXPECT_GT(authority.totals().requests, 0u);
  }

  /// The next answer takes this long; the refresh token is spent before.
  void delay_next_answer(std::chrono::milliseconds delay) {
    fake::behavior slow;
    slow.delay = delay;
    authority.script(slow);
  }

  static std::string tokens_of(const fake::grant& grant) {
    nlohmann::json out;
    out["access_token"] = grant.access_token.reveal();
    out["refresh_token"] = grant.refresh_token.reveal();
    out["id_token"] = grant.id_token.reveal();
    return out.dump();
  }

  std::string stored_refresh_token() const {
    return std::string{file_store{auth_file()}.load().found.credential.refresh_token.reveal()};
  }

  temporary_directory home;
  fake::server authority;
  program::variables environment;
  /// All that was ever printed by `breakwater`.
  std::string outputs;
};

} // namespace breakwater::testing
