#include "breakwater/actors/ask.hpp"
#include "breakwater/tests/actors/real_system.hpp"
#include "breakwater/tests/support/auth_fixture.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include <unistd.h>

namespace breakwater {
namespace {

using namespace std::chrono_literals;
using namespace breakwater::testing;
using namespace breakwater::test;

constexpr std::string_view mark = "s3cr3t"; // in every token below, and in nothing else

credential marked_credential(wall_time expires_at) {
  return oauth_credential("access-s3cr3t-1", "refresh-s3cr3t-1", expires_at);
}

/// As CAF prints a message: what its logger and its debugging aids show.
template <class T>
std::string shown(T value) {
  return caf::deep_to_string(caf::make_message(std::move(value)));
}

template <class... Messages>
void expect_silent(Messages... messages) {
  for (auto& text : {shown(std::move(messages))...})
    EXPECT_EQ(text.find(mark), std::string::npos) << text;
}

TEST(silence, given_every_message_with_a_secret_when_shown_then_no_secret) {
  deterministic_system registered; // so that CAF knows the types
  auto held = marked_credential(unknown_time);
  auto token = secret{"s3cr3t"};
  status_fields status;
  status.token = token;
  auto answer = issued("access-s3cr3t", "refresh-s3cr3t");
  auto client = std::make_shared<authority>();
  client->client_secret = token;
  expect_silent(auth_status{status}, bearer{bearer_fields{token}}, auth_changed{auth_status{status}}, login{held}, held,
                answer, effects::call_authority{1, token}, effects::revoke_token{token},
                effects::store_commit{1, held, {}}, effects::store_put{1, held}, load_result{{}, {held}},
                put_result{{}, {held}}, take_result{{}, held}, exchange_ended{1, answer}, use_authority{client},
                configure{client});
}

class silence_of_the_hook : public auth_fixture {};

TEST_F(silence_of_the_hook, given_a_whole_life_when_logged_and_explained_then_no_secret) {
  store(marked_credential(wall() - 1h));
  auto auth = start_auth();
  ask(auth, get_token{});
  authority_answers(issued("access-s3cr3t-2", "refresh-s3cr3t-2", 1s));
  system.advance(2s);
  ask(auth, get_token{});
  authority_answers(lost());
  ask(auth, login{marked_credential(wall() - 1h)});
  ask(auth, get_token{});
  authority_answers(refused("invalid_grant"));
  ask(auth, logout{});
  system.advance(1h);
  ASSERT_GT(log.size(), 5u);
  for (auto& line : log)
    EXPECT_EQ((line.what + line.detail).find(mark), std::string::npos) << line.detail;
  auto told = ask(auth, explain{});
  for (auto& entry : told->entries)
    EXPECT_EQ((entry.what + entry.detail).find(mark), std::string::npos) << entry.detail;
}

TEST(silence, given_cafs_own_logger_at_trace_when_tokens_move_then_no_secret) {
  auto path = std::filesystem::temp_directory_path() / ("breakwater-trace-" + std::to_string(::getpid()) + ".log");
  {
    system_config cfg;
    compat::trace_to_file(cfg, path);
    caf::actor_system system{cfg};
    real_auth started{system, marked_credential(from_now(-1h))};
    started.transport.answer(issued("access-s3cr3t-2", "refresh-s3cr3t-2"));
    auto token = breakwater::ask(system, started.auth(), get_token{}).get();
    ASSERT_TRUE(token);
    EXPECT_EQ((**token).token, secret{"access-s3cr3t-2"});
  }
  std::ostringstream text;
  text << std::ifstream{path}.rdbuf();
  EXPECT_EQ(text.str().find(mark), std::string::npos);
  std::filesystem::remove(path);
}

} // namespace
} // namespace breakwater
