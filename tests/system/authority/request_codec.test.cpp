#include "breakwater/tools/authority/request_codec.hpp"

#include "breakwater/tools/authority/request_reader.hpp"
#include "breakwater/tools/authority/script_codec.hpp"

#include <gtest/gtest.h>

namespace breakwater::fake {
namespace {

http_request with(std::string name, std::string value) {
  http_request made;
  made.headers.emplace_back(std::move(name), std::move(value));
  return made;
}

TEST(parse_form, given_escapes_plus_and_repeats_then_decoded_and_the_first_wins) {
  auto all = parse_form("a=1%2B2&b=x+y&a=second&c&=nameless&d=%zz%4&e=%41%");
  EXPECT_EQ(all["a"], "1+2");
  EXPECT_EQ(all["b"], "x y");
  EXPECT_EQ(all["c"], "");
  EXPECT_EQ(all["d"], "%zz%4");
  EXPECT_EQ(all["e"], "A%");
  EXPECT_EQ(all.size(), 5u);
}

TEST(parse_json_strings, given_other_types_then_only_strings_count) {
  auto all = parse_json_strings(R"({"a":"x","b":1,"c":null,"d":["y"]})");
  ASSERT_TRUE(all);
  EXPECT_EQ(*all, (parameters{{"a", "x"}}));
  EXPECT_FALSE(parse_json_strings("[1]"));
  EXPECT_FALSE(parse_json_strings("{"));
}

TEST(parse_client, given_basic_then_the_form_encoded_pair) {
  // "app%3A1:s+1" in base64
  auto client = parse_client(with("authorization", "basic YXBwJTNBMTpzKzE="), {{"client_id", "other"}});
  EXPECT_EQ(client.id, "app:1");
  EXPECT_EQ(client.secret, "s 1");
}

TEST(parse_client, given_broken_basic_then_the_body_counts) {
  for (auto bad : {"Basic ====", "Basic !!!!", "Basic", "Bearer abc", ""})
    EXPECT_EQ(parse_client(with("authorization", bad), {{"client_id", "app"}}).id, "app") << bad;
}

TEST(parse_bearer, given_a_bearer_of_any_case_then_the_token) {
  EXPECT_EQ(parse_bearer(with("authorization", "bEARER  abc")), "abc");
  EXPECT_EQ(parse_bearer(with("authorization", "Basic abc")), "");
  EXPECT_EQ(parse_bearer({}), "");
}

TEST(request_reader, given_one_byte_at_a_time_then_the_same_request) {
  request_reader reader;
  std::string_view text = "POST /oauth/token?x=secret HTTP/1.1\r\nContent-LENGTH: 3\r\nX-A: b c\r\n\r\na=1GET";
  size_t consumed = 0, total = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    auto state = reader.feed(text.substr(i, 1), consumed);
    total += consumed;
    ASSERT_NE(state, request_reader::state::broken);
    if (state == request_reader::state::complete)
      break;
  }
  EXPECT_EQ(total, text.size() - 3) << "the next request is not touched";
  EXPECT_EQ(reader.request().method, "POST");
  EXPECT_EQ(reader.request().path, "/oauth/token");
  EXPECT_EQ(reader.request().header("x-a"), "b c");
  EXPECT_EQ(reader.request().body, "a=1");
  EXPECT_TRUE(reader.keep_alive());
}

TEST(request_reader, given_nonsense_or_a_huge_body_then_broken) {
  for (auto text : {std::string{"hello\r\n\r\n"},
                    "POST / HTTP/1.1\r\nContent-Length: 9000000\r\n\r\n" + std::string(2 << 20, 'x')}) {
    request_reader reader;
    size_t consumed = 0;
    EXPECT_EQ(reader.feed(text, consumed), request_reader::state::broken) << text.substr(0, 20);
  }
}

TEST(apply_script, given_every_field_then_the_playbook_holds_it) {
  playbook script;
  EXPECT_EQ(apply_script(R"({"answer":"unavailable","fault":"drip","delay_ms":5,"bytes":7,"retry_after":9,"count":2})",
                         script),
            std::nullopt);
  for (int i = 0; i < 2; ++i) {
    auto taken = script.take();
    EXPECT_EQ(taken.what, answer::unavailable);
    EXPECT_EQ(taken.then, fault::drip);
    EXPECT_EQ(taken.delay, std::chrono::milliseconds{5});
    EXPECT_EQ(taken.bytes, 7u);
    EXPECT_EQ(taken.retry_after, std::chrono::seconds{9});
  }
  EXPECT_EQ(script.take().what, answer::normal);
}

TEST(apply_script, given_standing_and_clear_then_for_ever_until_cleared) {
  playbook script;
  EXPECT_EQ(apply_script(R"({"answer":"error-500","standing":true})", script), std::nullopt);
  EXPECT_EQ(apply_script(R"({"answer":"other-account","account":"eve"})", script), std::nullopt);
  EXPECT_EQ(script.take().account, "eve");
  EXPECT_EQ(script.take().what, answer::error_500);
  EXPECT_EQ(script.take().what, answer::error_500);
  EXPECT_EQ(apply_script(R"({"clear":true})", script), std::nullopt);
  EXPECT_EQ(script.take().what, answer::normal);
}

TEST(apply_script, given_bad_input_then_the_field_is_named_and_nothing_changes) {
  playbook script;
  for (auto [text, name] : {std::pair{R"({"answer":"nope"})", "answer"},
                            {R"({"fault":3})", "fault"},
                            {R"({"count":0})", "count"},
                            {R"({"delay_ms":-1})", "delay_ms"},
                            {R"({"bytes":1.5})", "bytes"},
                            {R"({"other":1})", "other"},
                            {"[]", "object"}}) {
    auto problem = apply_script(text, script);
    ASSERT_TRUE(problem) << text;
    EXPECT_NE(problem->find(name), std::string::npos) << *problem;
  }
  EXPECT_EQ(script.take().what, answer::normal);
}

} // namespace
} // namespace breakwater::fake
