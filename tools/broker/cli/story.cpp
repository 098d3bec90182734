#include "breakwater/tools/broker/cli/story.hpp"

#include "breakwater/core/ledger.hpp"
#include "breakwater/storage/rfc3339.hpp"
#include "breakwater/tools/broker/cli/text.hpp"
#include "breakwater/tools/broker/rpc/auth_codec.hpp"
#include "breakwater/tools/broker/rpc/json_fields.hpp"

#include <algorithm>

namespace breakwater::cli {

namespace {

constexpr auto log_in = "log in again: breakwater login";

/// As a sentence with one full stop.
std::string stopped(std::string text) {
  while (!text.empty() && (text.back() == '.' || text.back() == ' '))
    text.pop_back();
  return on_one_line(text) + '.';
}

std::string quoted(const std::string& said) { return said.empty() ? std::string{} : " In full: " + stopped(said); }

/// Why a refresh token was refused, as a whole sentence.
std::string why_refused(refusal reason, const std::string& said) {
  switch (reason) {
  case refusal::reused:
    return "The authority says that the refresh token was already used (refresh_token_reused): another program "
           "refreshed with the same token, or the store is a copy of one that was." +
           quoted(said);
  case refusal::expired:
    return "The authority says that the refresh token has expired: it was not used for too long, or the login has "
           "come to its end." +
           quoted(said);
  case refusal::revoked:
    return "The authority says that the refresh token was revoked: by a logout elsewhere, a changed password, or an "
           "administrator." +
           quoted(said);
  case refusal::other_account:
    return "The authority answered with tokens of another account; they were not taken." + quoted(said);
  default:
    return "The authority refused the refresh token and did not say why." + quoted(said);
  }
}

/// The facts with what the headline needs of the ledger.
struct reading {
  const story_facts& facts;
  token_hash token;
  const ledger_entry* entry = nullptr;
  /// A note that a request was about to be sent, for the token that is held, and no answer recorded.
  const intent* open = nullptr;

  explicit reading(const story_facts& from) : facts(from) {
    if (!from.durable)
      return;
    token = hash_of(from.durable->credential.refresh_token);
    if (token.empty())
      return;
    entry = find_entry(from.durable->ledger, token);
    if (from.durable->intent && from.durable->intent->refresh_token == token)
      open = &*from.durable->intent;
  }
};

std::string lives_until(const status_fields& status, wall_time now) {
  if (status.expires_at == unknown_time)
    return "The access token stays in use; nobody said when it ends.";
  if (status.expires_at <= now)
    return "The access token ended " + render_time_and_distance(status.expires_at, now) + ".";
  return "The access token stays in use until " + render_time_and_distance(status.expires_at, now) + ".";
}

std::string next_try(const status_fields& status, wall_time now) {
  if (status.retry_after == unknown_time || status.retry_after <= now)
    return {};
  return " The next try may be made at " + render_time_and_distance(status.retry_after, now) + ".";
}

std::string said_by(const status_failure& what) {
  return what.message.empty() ? std::string{} : " What went wrong: " + stopped(what.message);
}

story unreadable(const story_facts& facts) {
  return {story_mood::bad,
          "The store cannot be read, so nobody can say.",
          stopped(facts.store_error.message) + " The credential may be there all the same; nothing was changed.",
          "mend the store, then ask again",
          {}};
}

story logged_out(const story_facts& facts) {
  story out{story_mood::bad, "You are logged out.", "", "log in: breakwater login", {}};
  const ledger_entry* last = nullptr;
  if (facts.durable && !facts.durable->ledger.empty())
    last = &facts.durable->ledger.back();
  if (!last)
    out.because = "Nothing is stored in " + facts.store + ", and no refresh token was ever sent from there.";
  else if (last->fate == token_fate::refused)
    out.because = why_refused(last->reason, last->message) + " That was at " + render_time(last->last_sent) +
                  "; since then the credential was removed from " + facts.store + ".";
  else
    out.because = "The credential was removed from " + facts.store +
                  ", by a logout here or by another program. The last request for it was sent at " +
                  render_time(last->last_sent) + ", and nothing was wrong with it then.";
  if (facts.status.failure.code != ec::none)
    out.because += said_by(facts.status.failure);
  return out;
}

story poisoned(const story_facts& facts) {
  const auto& failure = facts.status.failure;
  auto when = failure.since == unknown_time ? std::string{} : " That was at " + render_time(failure.since) + '.';
  return {story_mood::bad,
          "You are logged out: the authority refused the refresh token.",
          why_refused(failure.reason, failure.message) + when +
              " Since then no request was sent with it, and no token is handed out.",
          log_in,
          {}};
}

/// The refresh token is dead, while the access token lives.
story condemned(const reading& read) {
  const auto& facts = read.facts;
  auto over = facts.status.expires_at != unknown_time && facts.status.expires_at <= facts.now;
  auto why = read.entry->fate == token_fate::refused
                 ? why_refused(read.entry->reason, read.entry->message)
                 : "The refresh token was exchanged for a newer one at " + render_time(read.entry->last_sent) +
                       ", and the store holds the old one: it was restored from a copy, or another program wrote it.";
  return {over ? story_mood::bad : story_mood::uneasy,
          over ? "You are logged out: the tokens have ended, and the refresh token is dead."
               : "You are logged in for now, and the refresh token is dead.",
          why + ' ' + lives_until(facts.status, facts.now) + " It cannot be renewed.",
          log_in,
          {}};
}

story in_doubt(const reading& read) {
  const auto& facts = read.facts;
  std::string sent;
  if (read.open && !(read.entry && read.entry->fate == token_fate::in_doubt))
    sent = "A request with the refresh token was about to be sent at " + render_time(read.open->written) +
           ", and the program that did so ended before it could note the answer.";
  else if (read.entry)
    sent = "A request with the refresh token was sent at " + render_time(read.entry->last_sent) +
           ", and its answer was lost.";
  else
    sent = "A request with the refresh token was sent, and its answer was lost.";
  return {story_mood::uneasy,
          "You are logged in, and the refresh token is in doubt.",
          sent + " The authority may have spent it. " + lives_until(facts.status, facts.now) +
              " It is sent again only when nothing can be lost by that." + next_try(facts.status, facts.now),
          "nothing for now; if it does not mend itself, log in again: breakwater login",
          {}};
}

story under_way(const reading& read) {
  return {story_mood::good,
          "You are logged in, and a refresh is under way.",
          "A process noted at " + render_time(read.open->written) +
              " that it sends the refresh token, and it still holds the lease. " +
              lives_until(read.facts.status, read.facts.now),
          "nothing; if this stays so, that process is stopped: find it, and end or continue it",
          {}};
}

story unsaved(const story_facts& facts) {
  return {story_mood::bad,
          "You are logged in, and the newest tokens are not stored.",
          "The authority issued new tokens and the store could not be written." + said_by(facts.status.failure) +
              " The process that holds them tries again and again; if it ends before, they are lost.",
          "make room, or make the store writable; do not end the broker before",
          {}};
}

story paused(const story_facts& facts) {
  auto misconfigured = facts.status.health == auth_health::misconfigured;
  return {story_mood::uneasy,
          misconfigured ? "You are logged in, and the authority does not accept this client."
                        : "You are logged in, and the last refresh did not work.",
          (misconfigured ? "The refresh token is not to blame."
                         : "The authority could not answer, and nothing is wrong with the login.") +
              said_by(facts.status.failure) + ' ' + lives_until(facts.status, facts.now) +
              next_try(facts.status, facts.now),
          misconfigured ? "look at token_endpoint and the client's settings: breakwater config" : "",
          {}};
}

story all_well(const reading& read) {
  const auto& facts = read.facts;
  story out{story_mood::good, "You are logged in with " + name_of_method(facts.status.method) + '.', "", "", {}};
  if (facts.status.method == auth_method::api_key)
    out.because = "It is never refreshed, so nothing can go wrong with that.";
  else if (facts.status.method == auth_method::external)
    out.because = "They are handed to us. " + lives_until(facts.status, facts.now);
  else if (facts.durable && read.token.empty())
    out = {story_mood::uneasy,
           "You are logged in for now: there is no refresh token.",
           lives_until(facts.status, facts.now) + " It cannot be renewed.",
           log_in,
           {}};
  else
    out.because = lives_until(facts.status, facts.now) + " It is refreshed when it is asked for.";
  if (facts.status.failure.code != ec::none)
    out.because += said_by(facts.status.failure);
  return out;
}

story headline_of(const reading& read) {
  const auto& facts = read.facts;
  const auto& status = facts.status;
  if (facts.store_error && !facts.has_broker)
    return unreadable(facts);
  if (status.health == auth_health::poisoned)
    return poisoned(facts);
  if (status.health == auth_health::unsaved)
    return unsaved(facts);
  if (status.method == auth_method::none)
    return logged_out(facts);
  if (read.entry && (read.entry->fate == token_fate::refused || read.entry->fate == token_fate::spent))
    return condemned(read);
  if (status.health == auth_health::in_doubt || (read.entry && read.entry->fate == token_fate::in_doubt))
    return in_doubt(read);
  if (read.open)
    return read.facts.writer_is_gone ? in_doubt(read) : under_way(read);
  if (status.health == auth_health::backing_off || status.health == auth_health::misconfigured)
    return paused(facts);
  return all_well(read);
}

std::string times(uint32_t number) { return number == 1 ? "once" : std::to_string(number) + " times"; }

story_event event_of(const ledger_entry& entry) {
  auto token = "refresh token " + to_string(entry.refresh_token);
  switch (entry.fate) {
  case token_fate::spent:
    return {entry.last_sent, "refreshed",
            token + " was exchanged" + (entry.successor.empty() ? "" : " for " + to_string(entry.successor))};
  case token_fate::refused:
    return {entry.last_sent, "refused",
            token + " was refused (" + to_string(entry.reason) + ")" +
                (entry.message.empty() ? "" : ": " + on_one_line(entry.message))};
  case token_fate::in_doubt:
    return {entry.last_sent, "in_doubt",
            token + " was sent, and the answer lost" +
                (entry.doubt_tries == 0 ? "" : "; sent again " + times(entry.doubt_tries) + " since")};
  case token_fate::sent:
    break;
  }
  return {entry.last_sent, "not_refreshed",
          token + " was sent, and the answer says that it is not spent; failed " + times(entry.failures)};
}

/// What the store remembers. An entry that was only noted, with an intent, says nothing yet; an intent of a token in
/// doubt stays until the doubt is resolved, and says nothing more.
std::vector<story_event> events_in(const stored& durable) {
  std::vector<story_event> out;
  for (const auto& entry : durable.ledger)
    if (entry.fate != token_fate::sent || entry.failures > 0)
      out.push_back(event_of(entry));
  if (!durable.intent)
    return out;
  auto* entry = find_entry(durable.ledger, durable.intent->refresh_token);
  if (!entry || entry->fate != token_fate::in_doubt)
    out.push_back({durable.intent->written, "intent",
                   "refresh token " + to_string(durable.intent->refresh_token) + " is about to be sent"});
  return out;
}

std::vector<story_event> events_of(const story_facts& facts) {
  auto out = facts.durable ? events_in(*facts.durable) : std::vector<story_event>{};
  // From its beginning on the history of a process says the same, and more.
  if (!facts.history.entries.empty())
    std::erase_if(out, [&](const story_event& each) { return each.at >= facts.history.entries.front().at; });
  for (const auto& entry : facts.history.entries)
    out.push_back({entry.at, entry.what, on_one_line(entry.detail)});
  std::stable_sort(out.begin(), out.end(), [](const story_event& a, const story_event& b) { return a.at < b.at; });
  return out;
}

std::string name_of_mood(story_mood mood) {
  return mood == story_mood::good ? "good" : mood == story_mood::uneasy ? "uneasy" : "bad";
}

} // namespace

story tell(const story_facts& facts) {
  auto out = headline_of(reading{facts});
  out.events = events_of(facts);
  return out;
}

json_document story_to_json(const story_facts& facts, const story& told) {
  auto out = json_document::object();
  broker::set_text(out, "account", facts.account);
  broker::set_text(out, "store", facts.store);
  broker::set_text(out, "mood", name_of_mood(told.mood));
  broker::set_text(out, "headline", told.headline);
  broker::set_text(out, "because", told.because);
  broker::set_text(out, "advice", told.advice);
  out["status"] = broker::status_to_json(facts.account, facts.status);
  auto events = json_document::array();
  for (const auto& each : told.events) {
    auto one = json_document::object();
    broker::set_if_known(one, "at", each.at);
    broker::set_text(one, "what", each.what);
    broker::set_text(one, "detail", each.detail);
    events.push_back(std::move(one));
  }
  out["events"] = std::move(events);
  return out;
}

std::string aftermath(const story_facts& facts, wall_time asked_at) {
  if (facts.store_error)
    return "The store cannot be read now, so nothing is known of what came of it: " +
           stopped(facts.store_error.message);
  if (!facts.durable)
    return "What came of it is not known.";
  const auto& held = facts.durable->credential;
  if (facts.durable->intent && facts.durable->intent->refresh_token == hash_of(held.refresh_token))
    return facts.writer_is_gone ? "Known: it had noted in the store that the refresh token is about to be sent, and no "
                                  "answer. Not known: "
                                  "whether the authority received it; the token may be spent."
                                : "Known: another process is refreshing this credential right now.";
  if (held.method == auth_method::none)
    return "Known: the store holds no credential now. Not known: whether that was so before.";
  if (held.refreshed_at != unknown_time && held.refreshed_at >= asked_at)
    return "Known: the store holds tokens that came after the question, so the work was done and saved.";
  auto* entry = find_entry(facts.durable->ledger, hash_of(held.refresh_token));
  if (entry && entry->last_sent >= asked_at)
    return "Known: the store has noted what came of the request: " + event_of(*entry).detail + '.';
  return "Known: the store is as it was before the question, and no request was noted since. Not known: whether the "
         "broker had begun.";
}

} // namespace breakwater::cli
