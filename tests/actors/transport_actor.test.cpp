#include "breakwater/actors/transport_actor.hpp"

#include "breakwater/actors/system_config.hpp"
#include "breakwater/transport/oauth_client.hpp"

#include <gtest/gtest.h>

#include <future>

namespace breakwater {
namespace {

using namespace std::chrono_literals;

/// What comes of a request that had to leave by 100 s of boot time, when the clock shows `now`.
token_answer ask_at(instant now) {
  system_config cfg;
  caf::actor_system system{cfg};
  // Nobody listens there: a request that is sent is answered at once, by curl.
  auto to = std::make_shared<const authority>(generic_authority("http://127.0.0.1:1/token", "client-1"));
  auto transport = spawn_transport(system, to, [now] { return now; });
  effects::call_authority request;
  request.refresh_token = secret{"refresh-1"};
  request.not_after = instant{100s};
  std::promise<token_answer> answered;
  system.spawn([&](caf::event_based_actor* self) {
    compat::request(self, transport, request)
        .then([&](token_answer& got) { answered.set_value(std::move(got)); },
              [&](caf::error&) { answered.set_value({}); });
  });
  auto answer = answered.get_future().get();
  compat::anon_send(transport, stop{});
  return answer;
}

TEST(transport_actor, given_a_process_that_stood_still_when_its_request_is_too_late_then_it_is_not_sent) {
  auto answer = ask_at(instant{100s + 1ms});
  EXPECT_EQ(answer.how, delivery::unsent);
  EXPECT_NE(answer.transport_error.find("stood still"), std::string::npos) << answer.transport_error;
}

TEST(transport_actor, given_a_request_in_time_when_asked_then_it_is_sent) {
  auto answer = ask_at(instant{100s});
  EXPECT_EQ(answer.transport_error.find("stood still"), std::string::npos);
  EXPECT_NE(answer.transport_error.find("127.0.0.1"), std::string::npos) << answer.transport_error;
}

} // namespace
} // namespace breakwater
