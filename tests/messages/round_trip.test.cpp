#include "breakwater/tests/messages/caf_serial.hpp"
#include "breakwater/tests/messages/samples.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <tuple>
#include <type_traits>
#include <typeinfo>

namespace breakwater {
namespace {

/// Any message as a tuple of its fields: what a round trip has to bring back, said a second time.
template <class T>
requires(std::is_enum_v<T> || std::is_same_v<T, secret> || std::is_same_v<T, account_info> ||
         std::is_same_v<T, generation>) T fields_of(const T& x) {
  return x;
}
auto fields_of(const credential& x) {
  return std::tuple{x.method,  x.api_key,  x.access_token, x.refresh_token, x.id_token,
                    x.account, x.login_id, x.expires_at,   x.refreshed_at};
}
auto fields_of(const status_failure& x) { return std::tuple{x.code, x.reason, x.message, x.since}; }
auto fields_of(const status_fields& x) {
  return std::tuple{x.method, x.account, x.generation,         x.expires_at,
                    x.token,  x.health,  fields_of(x.failure), x.retry_after};
}
auto fields_of(const bearer_fields& x) { return std::tuple{x.token, x.generation, x.expires_at, x.account}; }
auto fields_of(const auth_status& x) { return fields_of(*x); }
auto fields_of(const bearer& x) { return fields_of(*x); }
auto fields_of(const get_status& x) { return std::tuple{x.include_token, x.refresh, x.wait_max}; }
auto fields_of(const get_token& x) { return std::tuple{x.min_validity, x.rejected, x.wait_max}; }
auto fields_of(const refresh& x) { return std::tuple{x.observed, x.wait_max}; }
auto fields_of(const reload&) { return std::tuple{}; }
auto fields_of(const login& x) { return fields_of(x.credential); }
auto fields_of(const logout& x) { return x.revoke; }
auto fields_of(const logout_outcome& x) { return std::tuple{x.was_logged_in, x.revoking}; }
auto fields_of(const explain&) { return std::tuple{}; }
auto fields_of(const history_entry& x) { return std::tuple{x.at, x.what, x.detail}; }
auto fields_of(const history& x) {
  std::vector<std::tuple<wall_time, std::string, std::string>> all;
  for (const auto& entry : x.entries)
    all.push_back(fields_of(entry));
  return all;
}
auto fields_of(const shutdown& x) { return x.deadline; }
auto fields_of(const shutdown_outcome& x) { return x.lost; }
auto fields_of(const auth_changed& x) { return fields_of(x.snapshot); }

template <class T>
void expect_round_trip(T value) {
  SCOPED_TRACE(typeid(T).name());
  test::wire_bytes bytes;
  ASSERT_TRUE(test::save(bytes, value));
  T loaded{};
  ASSERT_TRUE(test::load(bytes, loaded));
  EXPECT_TRUE(fields_of(loaded) == fields_of(value));
}

TEST(round_trip, given_every_message_when_it_crosses_the_wire_then_every_field_arrives) {
  std::apply([](auto&&... values) { (expect_round_trip(values), ...); }, test::every_inspectable());
}

TEST(round_trip, given_a_secret_when_it_crosses_the_wire_then_its_bytes_do) {
  secret token{test::marker};
  test::wire_bytes bytes;
  ASSERT_TRUE(test::save(bytes, token));
  std::string sent;
  std::transform(bytes.begin(), bytes.end(), std::back_inserter(sent), [](auto b) { return static_cast<char>(b); });
  EXPECT_NE(sent.find(test::marker), std::string::npos);
}

TEST(round_trip, given_an_empty_shared_value_when_it_crosses_the_wire_then_defaults_arrive) {
  auth_status none, loaded;
  test::wire_bytes bytes;
  ASSERT_TRUE(test::save(bytes, none));
  ASSERT_TRUE(test::load(bytes, loaded));
  ASSERT_TRUE(loaded);
  EXPECT_TRUE(fields_of(*loaded) == fields_of(status_fields{}));
}

TEST(round_trip, given_a_cut_message_when_loaded_then_it_fails_and_the_value_is_left_alone) {
  auto value = test::sample_status();
  test::wire_bytes bytes;
  ASSERT_TRUE(test::save(bytes, value));
  for (size_t size = 0; size < bytes.size(); ++size) {
    auth_status loaded;
    test::wire_bytes cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    ASSERT_FALSE(test::load(cut, loaded)) << size << " of " << bytes.size();
    ASSERT_FALSE(loaded);
  }
}

TEST(round_trip, given_a_secret_held_when_a_load_fails_then_it_stays) {
  secret sent{test::marker}, held{"held"};
  test::wire_bytes bytes;
  ASSERT_TRUE(test::save(bytes, sent));
  bytes.pop_back();
  EXPECT_FALSE(test::load(bytes, held));
  EXPECT_TRUE(held == secret{"held"});
}

} // namespace
} // namespace breakwater
