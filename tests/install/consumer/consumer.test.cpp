// A user's test: breakwater::testing is found, and brings an auth actor without threads, time or network.
#include "breakwater/tests/support/auth_fixture.hpp"

using namespace breakwater;
using breakwater::testing::auth_fixture;

TEST_F(auth_fixture, given_nothing_stored_when_asked_then_no_method) {
  auto status = ask(start_auth(), get_status{}).answer();
  EXPECT_EQ(status->method, auth_method::none);
}
