#include "breakwater/tools/broker/protocol/session.hpp"

#include "breakwater/tools/broker/protocol/app_server_codec.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace breakwater::broker {

namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class a_session : public testing::Test {
protected:
  a_session() {
    facts_.info.version = "1.2.3";
    facts_.info.accounts = {"default", "work"};
    facts_.home = "/home/me/.codex";
  }

  std::string say(std::string_view line) {
    wiped_string out;
    last_ = session_.receive(line, out);
    return std::string{out};
  }
  void initialize(std::string_view capabilities = "{}") {
    say(R"({"id":0,"method":"initialize","params":{"clientInfo":{"name":"t","version":"1"},"capabilities":)" +
        std::string{capabilities} + "}}");
  }
  template <class Ask>
  const Ask* asked() const {
    auto* q = std::get_if<question>(&last_.then);
    return q ? std::get_if<Ask>(&q->what) : nullptr;
  }
  size_t account() const { return std::get<question>(last_.then).account; }

  session_facts facts_;
  session session_{facts_};
  step last_;
};

} // namespace

TEST_F(a_session, given_no_initialize_when_asked_then_it_is_not_initialized) {
  EXPECT_EQ(say(R"({"id":1,"method":"getAuthStatus","params":{}})"),
            "{\"error\":{\"code\":-32600,\"message\":\"Not initialized\"},\"id\":1}\n");
}

TEST_F(a_session, given_initialize_when_said_twice_then_the_second_is_refused) {
  EXPECT_THAT(say(R"({"id":0,"method":"initialize","params":{"clientInfo":{"name":"t","version":"1"}}})"),
              HasSubstr(R"("codexHome":"/home/me/.codex","platformFamily":"unix","platformOs":"linux")"));
  EXPECT_THAT(say(R"({"id":1,"method":"initialize","params":{"clientInfo":{"name":"t","version":"1"}}})"),
              HasSubstr(R"("message":"Already initialized")"));
}

TEST_F(a_session, given_flags_when_status_is_asked_then_they_are_in_the_question) {
  initialize();
  EXPECT_THAT(say(R"({"id":"x","method":"getAuthStatus","params":{"includeToken":true,"refreshToken":null}})"),
              IsEmpty());
  ASSERT_TRUE(asked<ask_auth_status>());
  EXPECT_TRUE(asked<ask_auth_status>()->include_token);
  EXPECT_FALSE(asked<ask_auth_status>()->refresh);
  EXPECT_EQ(std::get<question>(last_.then).id, R"("x")");
}

TEST_F(a_session, given_wrong_params_when_asked_then_the_field_is_named) {
  initialize();
  EXPECT_THAT(say(R"({"id":1,"method":"getAuthStatus"})"), HasSubstr("Invalid request: missing field `params`"));
  EXPECT_THAT(say(R"({"id":1,"method":"getAuthStatus","params":[]})"), HasSubstr("Invalid request: "));
  EXPECT_THAT(say(R"({"id":1,"method":"getAuthStatus","params":{"refreshToken":"yes"}})"), HasSubstr("refreshToken"));
  EXPECT_THAT(say(R"({"id":1,"method":"account/login/start","params":{}})"), HasSubstr("missing field `type`"));
  EXPECT_THAT(say(R"({"id":1,"method":"account/login/cancel","params":{"loginId":"7"}})"),
              HasSubstr("invalid login id: "));
  EXPECT_THAT(say(R"({"id":1,"method":"breakwater/token","params":{"minValidityMs":-1}})"), HasSubstr("minValidityMs"));
  EXPECT_THAT(say(R"({"id":1,"method":"breakwater/refresh","params":{"observed":7}})"), HasSubstr("observed"));
}

TEST_F(a_session, given_a_method_outside_auth_when_called_then_the_answer_says_what_this_is) {
  auto answer = say(R"({"id":1,"method":"thread/start","params":{}})");
  EXPECT_THAT(answer, HasSubstr("-32601"));
  EXPECT_THAT(answer, HasSubstr("auth part of an app-server only"));
}

TEST_F(a_session, given_a_notification_when_said_then_nothing_is_answered) {
  EXPECT_THAT(say(R"({"method":"initialized"})"), IsEmpty());
  EXPECT_THAT(say(R"({"method":"thread/start","params":7})"), IsEmpty());
  EXPECT_THAT(say("  \r"), IsEmpty());
}

TEST_F(a_session, given_external_tokens_when_the_client_did_not_opt_in_then_they_are_refused) {
  auto login = R"({"id":1,"method":"account/login/start","params":{"type":"chatgptAuthTokens","accessToken":"t",)"
               R"("chatgptAccountId":"a"}})";
  initialize();
  EXPECT_THAT(say(login), HasSubstr("account/login/start.chatgptAuthTokens requires experimentalApi capability"));
}

TEST_F(a_session, given_the_capability_when_external_tokens_come_then_they_are_a_login) {
  initialize(R"({"experimentalApi":true})");
  say(R"({"id":1,"method":"account/login/start","params":{"type":"chatgptAuthTokens","accessToken":"t",)"
      R"("chatgptAccountId":"a","chatgptPlanType":"pro"}})");
  ASSERT_TRUE(asked<ask_login>());
  EXPECT_EQ(asked<ask_login>()->given.method, auth_method::external);
  EXPECT_EQ(asked<ask_login>()->given.account.plan, "pro");
}

TEST_F(a_session, given_an_opt_out_when_told_then_that_notification_is_not_wanted) {
  EXPECT_FALSE(session_.wants("account/updated"));
  initialize(R"({"optOutNotificationMethods":["account/updated"]})");
  EXPECT_FALSE(session_.wants("account/updated"));
  EXPECT_TRUE(session_.wants("account/login/completed"));
}

TEST_F(a_session, given_an_account_when_named_then_the_question_is_about_it) {
  say(R"({"id":1,"method":"breakwater/status","params":{"account":"work","refresh":true,"waitMs":5}})");
  ASSERT_TRUE(asked<ask_own_status>());
  EXPECT_EQ(account(), 1u);
  EXPECT_TRUE(asked<ask_own_status>()->refresh);
  EXPECT_EQ(asked<ask_own_status>()->wait_max, std::chrono::milliseconds{5});
  EXPECT_THAT(say(R"({"id":1,"method":"breakwater/status","params":{"account":"nobody"}})"),
              HasSubstr("there is no account `nobody`; this broker has `default`, `work`"));
}

TEST_F(a_session, given_an_answer_of_the_client_when_it_comes_then_its_number_is_known) {
  say(R"({"id":12,"result":{"accessToken":"t"}})");
  ASSERT_TRUE(std::holds_alternative<client_answer>(last_.then));
  EXPECT_EQ(std::get<client_answer>(last_.then).id, 12u);
  say(R"({"id":"12x","result":{}})");
  EXPECT_EQ(std::get<client_answer>(last_.then).id, 0u);
}

TEST(app_server_codec, given_poison_when_rendered_then_the_method_stays_and_the_token_goes) {
  status_fields s;
  s.method = auth_method::oauth;
  s.token = secret{"t"};
  EXPECT_EQ(render_auth_status(s, true), R"({"authMethod":"chatgpt","authToken":"t","requiresOpenaiAuth":true})");
  EXPECT_EQ(render_auth_status(s, false), R"({"authMethod":"chatgpt","authToken":null,"requiresOpenaiAuth":true})");
  s.health = auth_health::poisoned;
  EXPECT_EQ(render_auth_status(s, true), R"({"authMethod":"chatgpt","authToken":null,"requiresOpenaiAuth":true})");
  EXPECT_EQ(render_account(s), R"({"account":null,"requiresOpenaiAuth":true})");
}

TEST(app_server_codec, given_a_plan_that_clients_do_not_know_when_rendered_then_it_is_unknown) {
  status_fields s;
  s.method = auth_method::oauth;
  s.account = {"a", "a@b", "Plus"};
  EXPECT_EQ(render_account(s),
            R"({"account":{"email":"a@b","planType":"plus","type":"chatgpt"},"requiresOpenaiAuth":true})");
  s.account = {"a", "", "platinum"};
  EXPECT_EQ(render_account(s),
            R"({"account":{"email":null,"planType":"unknown","type":"chatgpt"},"requiresOpenaiAuth":true})");
}

} // namespace breakwater::broker
