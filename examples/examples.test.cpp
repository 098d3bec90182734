#include "breakwater/storage/file_store.hpp"
#include "breakwater/tools/authority/server.hpp"

#include <gmock/gmock.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace breakwater {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// The programs of examples/, run as people run them, against the fake authority.
class examples : public ::testing::Test {
protected:
  void SetUp() override {
    ASSERT_FALSE(authority.start());
    auto name = (std::filesystem::temp_directory_path() / "breakwater-example-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    directory = name;
  }
  ~examples() override {
    std::error_code ignored;
    std::filesystem::remove_all(directory, ignored);
  }

  std::string auth_file() const { return directory / "auth.json"; }

  fake::grant log_in(std::chrono::seconds lifetime) {
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

  /// What a program prints, both streams.
  static std::string run(const std::string& program, const std::vector<std::string>& arguments) {
    auto command = program;
    for (auto& argument : arguments)
      command += " '" + argument + "'";
    command += " 2>&1";
    auto* pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr)
      return "cannot run " + command;
    std::string out;
    std::array<char, 4096> buffer{};
    while (auto count = std::fread(buffer.data(), 1, buffer.size(), pipe))
      out.append(buffer.data(), count);
    auto status = ::pclose(pipe);
    EXPECT_EQ(status, 0) << out;
    return out;
  }

  fake::server authority;
  std::filesystem::path directory;
};

TEST_F(examples, given_a_good_token_when_embedded_then_the_api_takes_it) {
  log_in(std::chrono::hours{1});
  auto out = run(EXAMPLE_embed, {authority.token_endpoint(), authority.url() + "/api", auth_file()});
  EXPECT_EQ(out, "the API answered 200\n");
  EXPECT_EQ(authority.stats().token_requests, 0u);
}

TEST_F(examples, given_a_token_that_the_api_rejects_when_embedded_then_it_survives_the_401) {
  auto grant = log_in(std::chrono::hours{1});
  credential looks_good; // the store has a token that the API does not know
  looks_good.method = auth_method::oauth;
  looks_good.access_token = secret{"an-access-token-of-yesterday"};
  looks_good.refresh_token = grant.refresh_token;
  looks_good.account.id = grant.account;
  looks_good.refreshed_at = wall_time{std::chrono::system_clock::now()};
  ASSERT_FALSE(file_store{auth_file()}.put(looks_good).error);
  auto out = run(EXAMPLE_embed, {authority.token_endpoint(), authority.url() + "/api", auth_file()});
  EXPECT_EQ(out, "the API answered 401\nthe API answered 200\n");
  EXPECT_EQ(authority.stats().token_requests, 1u);
}

TEST_F(examples, given_a_refresh_when_observed_then_each_change_is_shown_and_no_token) {
  auto grant = log_in(std::chrono::seconds{-60});
  auto out = run(EXAMPLE_observe, {authority.token_endpoint(), auth_file()});
  EXPECT_THAT(out, HasSubstr("oauth ok generation"));
  EXPECT_THAT(out, HasSubstr("oauth refreshing generation"));
  EXPECT_THAT(out, Not(HasSubstr(std::string{grant.access_token.reveal()})));
  EXPECT_THAT(out, Not(HasSubstr(std::string{grant.refresh_token.reveal()})));
  EXPECT_EQ(authority.stats().issued, 1u);
}

TEST_F(examples, given_a_store_of_ones_own_when_refreshed_then_it_holds_the_next_token) {
  auto grant = authority.issue("alice", std::chrono::seconds{-60});
  auto out = run(EXAMPLE_own_store, {authority.token_endpoint(), std::string{grant.refresh_token.reveal()}});
  EXPECT_EQ(out, "got a token\nthe vault holds the next refresh token\n");
}

} // namespace
} // namespace breakwater
