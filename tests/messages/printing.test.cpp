#include "breakwater/messages/exchange_messages.hpp"
#include "breakwater/messages/secret_fmt.hpp"
#include "breakwater/messages/store_messages.hpp"
#include "breakwater/tests/messages/samples.hpp"

#include <caf/config.hpp>
#include <caf/deep_to_string.hpp>
#include <caf/logger.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace breakwater {
namespace {

using testing::HasSubstr;
using testing::Not;

/// The messages that never leave the process, each with a secret wherever one fits.
auto every_local() {
  authority a;
  a.client_secret = secret{test::marker};
  token_answer answer;
  answer.access_token = answer.refresh_token = answer.id_token = secret{test::marker};
  stored s;
  s.credential = test::sample_credential();
  ledger_entry entry;
  entry.refresh_token = hash_of(secret{test::marker});
  s.ledger = {entry};
  s.intent = intent{entry.refresh_token, 1, test::at(1)};
  return std::tuple{a,
                    answer,
                    revocation_answer{true, "revoked"},
                    entry.refresh_token,
                    entry,
                    s.ledger,
                    *s.intent,
                    s,
                    failure{ec::timed_out, "too late"},
                    load_result{{}, s},
                    commit_result{},
                    put_result{{}, s},
                    take_result{{}, s.credential}};
}

/// Each way in which a program prints values of any type.
template <class T>
std::vector<std::string> printed(const T& value) {
  std::vector<std::string> all{caf::deep_to_string(value), testing::PrintToString(value),
                               testing::PrintToString(std::optional{value}),
                               testing::PrintToString(std::vector{value, value})};
#if CAF_MAJOR_VERSION == 0
  all.push_back((caf::logger::line_builder{} << value).get());
#endif
  if constexpr (requires(std::ostream & out) { out << value; })
    all.push_back((std::ostringstream{} << value).str());
  if constexpr (requires { to_string(value); })
    all.push_back(to_string(value));
  if constexpr (std::is_constructible_v<nlohmann::json, const T&>)
    all.push_back(nlohmann::json(value).dump());
  if constexpr (fmt::is_formattable<T>::value)
    all.push_back(fmt::format("{}", value));
  return all;
}

template <class T>
void expect_silent(const T& value) {
  SCOPED_TRACE(typeid(T).name());
  auto hex = to_hex(hash_of(secret{test::marker}));
  for (const auto& text : printed(value)) {
    EXPECT_THAT(text, Not(HasSubstr("MARKER")));
    EXPECT_THAT(text, Not(HasSubstr("4D-41-52-4B"))) << "its bytes, as GoogleTest dumps what it cannot print";
    EXPECT_THAT(text, Not(HasSubstr(hex)));
  }
}

TEST(printing, given_every_message_with_a_marker_inside_when_printed_every_way_then_the_marker_is_nowhere) {
  std::apply([](const auto&... values) { (expect_silent(values), ...); }, test::every_inspectable());
  std::apply([](const auto&... values) { (expect_silent(values), ...); }, every_local());
}

TEST(printing, given_a_string_with_the_marker_when_printed_every_way_then_this_test_sees_it) {
  for (const auto& text : printed(std::string{test::marker}))
    EXPECT_THAT(text, HasSubstr("MARKER"));
}

TEST(printing, given_a_secret_when_printed_then_every_way_says_redacted) {
  secret token{test::marker};
  EXPECT_EQ(to_string(token), "[redacted]");
  EXPECT_EQ((std::ostringstream{} << token).str(), "[redacted]");
  EXPECT_EQ(fmt::format("{}", token), "[redacted]");
  EXPECT_EQ(fmt::format("{:>12}|", token), "  [redacted]|");
  EXPECT_EQ(nlohmann::json(token), nlohmann::json("[redacted]"));
  EXPECT_EQ((nlohmann::json{{"token", token}}).dump(), R"({"token":"[redacted]"})");
  EXPECT_EQ((nlohmann::ordered_json(std::vector{token})).dump(), R"(["[redacted]"])");
  EXPECT_EQ(testing::PrintToString(token), "[redacted]");
  EXPECT_THAT(caf::deep_to_string(token), HasSubstr("[redacted]"));
  EXPECT_THAT(caf::deep_to_string(std::vector{token}), HasSubstr("[redacted]"));
}

TEST(printing, given_the_empty_secret_when_printed_then_nobody_learns_that_it_is_empty) {
  EXPECT_EQ(to_string(secret{}), "[redacted]");
  EXPECT_EQ(caf::deep_to_string(secret{}), caf::deep_to_string(secret{test::marker}));
}

TEST(printing, given_messages_when_caf_prints_them_then_the_rest_is_readable) {
  auto text = caf::deep_to_string(test::sample_status());
  EXPECT_THAT(text, HasSubstr("someone@example.org"));
  EXPECT_THAT(text, HasSubstr("poisoned"));
  EXPECT_THAT(text, HasSubstr("refresh_refused"));
  EXPECT_THAT(text, HasSubstr("[redacted]"));
}

} // namespace
} // namespace breakwater
