#include "breakwater/tests/core/machine_test.hpp"

using namespace breakwater;
using namespace std::chrono_literals;

namespace {

using machine = machine_test;

TEST_F(machine, g7_no_mixing_another_account_in_the_store_is_not_adopted_without_reload) {
  logged_in(-1s);
  place.content.credential = login_of("bob", "rb", "ab", start_of_test + 1h);
  a.store_changed();
  EXPECT_EQ(a.shown_token(), "a1");
  EXPECT_EQ(a.error_of(a.get_token()), ec::account_changed);
  EXPECT_TRUE(a.sent.empty());
  auto who = a.reload();
  EXPECT_EQ(*a.got<reload_outcome>(who), reload_outcome::changed);
  EXPECT_EQ(a.token_of(a.get_token()), "ab");
}

TEST_F(machine, g7_a_credential_without_an_account_gets_a_login_id) {
  a.start();
  a.login(login_of("", "r1", "a1", start_of_test + 1h));
  EXPECT_FALSE(place.content.credential.login_id.empty());
  a.refresh({.observed = a.status().generation});
  a.answer(issued("a2", "r2"));
  EXPECT_EQ(place.content.credential.refresh_token, secret{"r2"});
  EXPECT_FALSE(place.content.credential.login_id.empty());
}

} // namespace
