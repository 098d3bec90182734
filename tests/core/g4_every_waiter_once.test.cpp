#include "breakwater/tests/core/machine_test.hpp"

using namespace breakwater;
using namespace std::chrono_literals;

namespace {

using machine = machine_test;

TEST_F(machine, g4_every_waiter_once_after_wait_max_at_the_latest) {
  logged_in(-1s);
  auto impatient = a.get_token({.wait_max = 1s});
  auto patient = a.get_token({.wait_max = 60s});
  auto status = a.get_status({.refresh = true, .wait_max = 2s});
  a.advance(1s);
  EXPECT_EQ(a.error_of(impatient), ec::timed_out);
  EXPECT_TRUE(a.open(patient));
  a.advance(1s);
  EXPECT_NE(a.got<auth_status>(status), nullptr) << "a status is never an error";
  a.answer(issued("a2", "r2"));
  EXPECT_EQ(a.token_of(patient), "a2");
  EXPECT_EQ(a.error_of(impatient), ec::timed_out) << "not answered again";
}

TEST_F(machine, g4_more_waiters_than_allowed_are_overloaded) {
  auth_settings settings;
  settings.waiters_max = 2;
  machine_driver b{place, 2, settings};
  place.content.credential = login_of("alice", "r1", "a1", start_of_test - 1s);
  b.start();
  auto first = b.get_token(), second = b.get_token(), third = b.get_token();
  EXPECT_TRUE(b.open(first) && b.open(second));
  EXPECT_EQ(b.error_of(third), ec::overloaded);
}

} // namespace
