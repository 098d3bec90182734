#include "breakwater/tools/broker/cli/story.hpp"

#include "breakwater/core/ledger.hpp"
#include "breakwater/tools/broker/cli/status_text.hpp"

#include <gmock/gmock.h>

#include <cstdlib>

#include <time.h>

namespace breakwater::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const auto now = wall_time{std::chrono::seconds{1'795'454'829}}; // 2026-11-23 17:27:09 UTC

class explained : public ::testing::Test {
protected:
  explained() {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
    facts.account = "default";
    facts.store = "/home/me/auth.json";
    facts.now = now;
    facts.status.method = auth_method::oauth;
    facts.status.expires_at = now + std::chrono::hours{1};
    stored held;
    held.credential.method = auth_method::oauth;
    held.credential.access_token = secret{"access-token-of-alice"};
    held.credential.refresh_token = secret{"refresh-token-of-alice"};
    held.credential.refreshed_at = now - std::chrono::hours{2};
    facts.durable = held;
  }

  ledger_entry& entry(token_fate fate) {
    auto& made = entry_of(facts.durable->ledger, hash_of(facts.durable->credential.refresh_token));
    made.fate = fate;
    made.first_sent = made.last_sent = now - std::chrono::minutes{10};
    return made;
  }

  void note_intent() {
    facts.durable->intent = intent{hash_of(facts.durable->credential.refresh_token), 7, now - std::chrono::minutes{1}};
  }

  void log_out() {
    facts.status = {};
    facts.durable->credential = {};
  }

  std::string text() const { return render_story(tell(facts), {}); }

  story_facts facts;
};

TEST_F(explained, given_a_good_login_when_told_then_it_says_until_when) {
  auto told = tell(facts);
  EXPECT_EQ(told.mood, story_mood::good);
  EXPECT_EQ(text(), "You are logged in with OAuth tokens.\n"
                    "The access token stays in use until 2026-11-23 18:27:09 UTC (in 1 h). It is refreshed when it is\n"
                    "asked for.\n");
}

TEST_F(explained, given_a_reused_refresh_token_when_told_then_it_says_what_happened_means_and_to_do) {
  auto& refused = entry(token_fate::refused);
  refused.reason = refusal::reused;
  refused.message = "the authority answered 401 refresh_token_reused.";
  facts.status.health = auth_health::poisoned;
  facts.status.failure = {ec::refresh_refused, refusal::reused, refused.message, refused.last_sent};
  auto told = tell(facts);
  EXPECT_EQ(told.mood, story_mood::bad);
  EXPECT_EQ(text(),
            "You are logged out: the authority refused the refresh token.\n"
            "The authority says that the refresh token was already used (refresh_token_reused): another program\n"
            "refreshed with the same token, or the store is a copy of one that was. In full: the authority\n"
            "answered 401 refresh_token_reused. That was at 2026-11-23 17:17:09 UTC. Since then no request was\n"
            "sent with it, and no token is handed out.\n"
            "\n"
            "To do: log in again: breakwater login\n"
            "\n"
            "What happened\n"
            "  2026-11-23 17:17:09 UTC  refused  refresh token " +
                to_string(hash_of(facts.durable->credential.refresh_token)) +
                " was refused (reused): the authority answered 401 refresh_token_reused.\n");
}

TEST_F(explained, given_each_reason_when_told_then_it_has_its_own_words) {
  facts.status.health = auth_health::poisoned;
  for (auto [reason, words] : {std::pair{refusal::expired, "has expired"}, std::pair{refusal::revoked, "was revoked"},
                               std::pair{refusal::unknown, "did not say why"},
                               std::pair{refusal::other_account, "tokens of another account"}}) {
    facts.status.failure = {ec::refresh_refused, reason, "", now};
    EXPECT_THAT(tell(facts).because, HasSubstr(words));
  }
}

TEST_F(explained, given_nothing_stored_and_no_ledger_when_told_then_nobody_was_ever_logged_in) {
  log_out();
  auto told = tell(facts);
  EXPECT_EQ(told.headline, "You are logged out.");
  EXPECT_THAT(told.because, HasSubstr("no refresh token was ever sent from there"));
  EXPECT_THAT(told.advice, HasSubstr("breakwater login"));
}

TEST_F(explained, given_a_refusal_and_then_a_logout_when_told_then_the_refusal_is_still_known) {
  entry(token_fate::refused).reason = refusal::expired;
  log_out();
  EXPECT_THAT(tell(facts).because, HasSubstr("has expired"));
  EXPECT_THAT(tell(facts).because, HasSubstr("since then the credential was removed"));
}

TEST_F(explained, given_a_good_history_and_no_credential_when_told_then_it_was_removed) {
  entry(token_fate::spent);
  log_out();
  EXPECT_THAT(tell(facts).because, HasSubstr("by a logout here or by another program"));
}

TEST_F(explained, given_a_dead_refresh_token_and_a_living_access_token_when_told_then_it_ends_soon) {
  entry(token_fate::spent);
  auto told = tell(facts);
  EXPECT_EQ(told.mood, story_mood::uneasy);
  EXPECT_EQ(told.headline, "You are logged in for now, and the refresh token is dead.");
  EXPECT_THAT(told.because, HasSubstr("the store holds the old one"));
  facts.status.expires_at = now;
  EXPECT_EQ(tell(facts).mood, story_mood::bad);
}

TEST_F(explained, given_a_lost_answer_when_told_then_it_is_in_doubt_and_nothing_is_to_do) {
  entry(token_fate::in_doubt);
  note_intent(); // and its writer may hold the lease for a moment yet
  facts.status.health = auth_health::in_doubt;
  facts.status.retry_after = now + std::chrono::minutes{30};
  auto told = tell(facts);
  EXPECT_EQ(told.headline, "You are logged in, and the refresh token is in doubt.");
  EXPECT_THAT(told.because, HasSubstr("its answer was lost"));
  EXPECT_THAT(told.because, HasSubstr("The next try may be made at 2026-11-23 17:57:09 UTC (in 30 min)."));
  EXPECT_EQ(told.events.size(), 1u);
}

TEST_F(explained, given_an_intent_whose_writer_is_gone_when_told_then_a_program_was_ended_in_the_middle) {
  note_intent();
  facts.writer_is_gone = true;
  EXPECT_THAT(tell(facts).because, HasSubstr("ended before it could note the answer"));
  EXPECT_EQ(tell(facts).mood, story_mood::uneasy);
}

TEST_F(explained, given_an_intent_whose_writer_lives_when_told_then_a_refresh_is_under_way) {
  note_intent();
  EXPECT_EQ(tell(facts).headline, "You are logged in, and a refresh is under way.");
}

TEST_F(explained, given_tokens_that_cannot_be_stored_when_told_then_the_reason_and_the_danger_are_said) {
  facts.has_broker = true;
  facts.status.health = auth_health::unsaved;
  facts.status.failure = {ec::store_unwritable, refusal::none, "cannot write /home/me/auth.json: No space left", now};
  auto told = tell(facts);
  EXPECT_EQ(told.headline, "You are logged in, and the newest tokens are not stored.");
  EXPECT_THAT(told.because, HasSubstr("No space left."));
  EXPECT_THAT(told.because, HasSubstr("they are lost"));
  EXPECT_THAT(told.advice, HasSubstr("do not end the broker"));
}

TEST_F(explained, given_an_outage_or_a_wrong_client_when_told_then_the_login_is_not_to_blame) {
  facts.status.health = auth_health::backing_off;
  EXPECT_THAT(tell(facts).because, HasSubstr("nothing is wrong with the login"));
  facts.status.health = auth_health::misconfigured;
  EXPECT_THAT(tell(facts).headline, HasSubstr("does not accept this client"));
}

TEST_F(explained, given_a_store_that_cannot_be_read_when_told_then_nobody_can_say) {
  facts.durable.reset();
  facts.store_error = {ec::store_unreadable, "cannot open /home/me/auth.json: Permission denied"};
  auto told = tell(facts);
  EXPECT_EQ(told.headline, "The store cannot be read, so nobody can say.");
  EXPECT_THAT(told.because, HasSubstr("Permission denied."));
}

TEST_F(explained, given_other_methods_when_told_then_they_have_their_own_words) {
  facts.status.method = auth_method::api_key;
  facts.durable->credential = {};
  facts.durable->credential.method = auth_method::api_key;
  EXPECT_EQ(tell(facts).headline, "You are logged in with an API key.");
  facts.status.method = auth_method::external;
  EXPECT_THAT(tell(facts).because, HasSubstr("handed to us"));
  facts.status.method = auth_method::oauth;
  EXPECT_EQ(tell(facts).headline, "You are logged in for now: there is no refresh token.");
}

TEST_F(explained, given_ledger_and_history_when_told_then_events_are_in_the_order_of_time_once_and_on_one_line) {
  entry(token_fate::spent).successor = hash_of(secret{"the-next-one"});
  entry_of(facts.durable->ledger, hash_of(secret{"the-next-one"})) = {
      hash_of(secret{"the-next-one"}), token_fate::refused, refusal::reused, "", {}, {}, now,
      now - std::chrono::minutes{1}};
  facts.history.entries = {{now - std::chrono::minutes{5}, "flight_started", "for\nthree callers\033[2J"},
                           {now - std::chrono::minutes{1}, "poisoned", "reused"}};
  auto events = tell(facts).events;
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[0].what, "refreshed");
  EXPECT_EQ(events[1].detail, "for?three callers?[2J");
  EXPECT_EQ(events[2].what, "poisoned");
}

TEST_F(explained, given_any_of_these_when_rendered_as_text_or_json_then_no_secret_is_in_it) {
  for (auto fate : {token_fate::sent, token_fate::in_doubt, token_fate::spent, token_fate::refused}) {
    entry(fate);
    note_intent();
    auto told = tell(facts);
    auto both = render_story(told, {true}) + std::string{story_to_json(facts, told).dump()};
    EXPECT_THAT(both, Not(HasSubstr("access-token-of")));
    EXPECT_THAT(both, Not(HasSubstr("refresh-token-of")));
  }
}

TEST_F(explained, given_a_broker_that_died_when_the_store_is_read_then_it_says_what_is_known_and_what_not) {
  auto asked_at = now - std::chrono::minutes{20};
  EXPECT_THAT(aftermath(facts, asked_at), HasSubstr("the store is as it was before the question"));
  EXPECT_THAT(aftermath(facts, asked_at), HasSubstr("Not known"));

  entry(token_fate::sent).failures = 1;
  EXPECT_THAT(aftermath(facts, asked_at), HasSubstr("what came of the request"));

  note_intent();
  EXPECT_THAT(aftermath(facts, asked_at), HasSubstr("another process is refreshing"));
  facts.writer_is_gone = true;
  EXPECT_THAT(aftermath(facts, asked_at), HasSubstr("the token may be spent"));

  facts.durable->intent.reset();
  facts.durable->credential.refreshed_at = now;
  EXPECT_THAT(aftermath(facts, asked_at), HasSubstr("the work was done and saved"));

  log_out();
  EXPECT_THAT(aftermath(facts, asked_at), HasSubstr("holds no credential now"));
  facts.durable.reset();
  EXPECT_EQ(aftermath(facts, asked_at), "What came of it is not known.");
  facts.store_error = {ec::store_unreadable, "Permission denied"};
  EXPECT_THAT(aftermath(facts, asked_at), HasSubstr("cannot be read now"));
}

} // namespace
} // namespace breakwater::cli
