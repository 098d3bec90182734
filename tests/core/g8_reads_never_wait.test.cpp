#include "breakwater/tests/core/machine_test.hpp"

using namespace breakwater;
using namespace std::chrono_literals;

namespace {

using machine = machine_test;

TEST_F(machine, g8_reads_never_wait_for_a_flight) {
  logged_in(2min); // within the early window: refreshed ahead
  a.advance(0s);
  ASSERT_EQ(a.sent.size(), 1u);
  EXPECT_EQ(a.token_of(a.get_token()), "a1");
  EXPECT_NE(a.machine.answer_at_once(get_status{}, a.now().at), nullptr);
}

TEST_F(machine, g8_refreshes_ahead_and_callers_keep_the_old_token_meanwhile) {
  logged_in(1h);
  a.advance(54min);
  EXPECT_TRUE(a.sent.empty());
  a.advance(2min);
  ASSERT_EQ(a.sent.size(), 1u);
  EXPECT_EQ(a.token_of(a.get_token()), "a1");
  a.answer(issued("a2", "r2"));
  EXPECT_EQ(a.token_of(a.get_token()), "a2");
}

TEST_F(machine, g8_an_answer_read_after_a_stop_is_not_believed_to_be_fresh) {
  logged_in(-1s);
  a.get_token();
  a.advance(2h); // SIGSTOP; the answer lay in the socket
  auto late = issued("a2", "r2", 1h);
  late.date = start_of_test;
  a.answer(late);
  EXPECT_EQ(place.content.credential.refresh_token, secret{"r2"}) << "nothing is lost";
  EXPECT_EQ(a.status().expires_at, start_of_test + 1h) << "counted from the request";
  EXPECT_EQ(a.machine.state().skew, span{0}) << "an old Date tells nothing of the clock";
  EXPECT_EQ(a.token_of(a.get_token()), "");
}

} // namespace
