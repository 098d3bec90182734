#pragma once
#include "breakwater/messages/auth_messages.hpp"
#include "breakwater/messages/store_messages.hpp"
#include "breakwater/storage/json_document.hpp"

#include <optional>
#include <string>
#include <vector>

/// Why am I logged out? From what is known to an answer in plain words. Pure.
namespace breakwater::cli {

/// All that can be known without the network.
struct story_facts {
  std::string account;
  /// Where the credential is kept.
  std::string store;
  status_fields status;
  /// What the store holds; nothing if it was not read. Its tokens are only hashed.
  std::optional<stored> durable;
  failure store_error;
  /// The lease could be had while the intent was there: whoever wrote it is gone.
  bool writer_is_gone = false;
  /// Of the process that holds the credential; empty if there is none.
  breakwater::history history;
  /// A broker answered, and still may act.
  bool has_broker = false;
  wall_time now = unknown_time;
};

/// How it stands, for the colour and for programs.
enum class story_mood : uint8_t { good = 0, uneasy = 1, bad = 2 };

struct story_event {
  wall_time at = unknown_time;
  std::string what;
  std::string detail;
};

struct story {
  story_mood mood = story_mood::good;
  /// One sentence.
  std::string headline;
  /// Why, and what it means: whole sentences.
  std::string because;
  /// What to do; empty: nothing.
  std::string advice;
  /// What happened, oldest first: out of the ledger and the history.
  std::vector<story_event> events;
};

story tell(const story_facts&);

/// {account, store, mood, headline, because, advice, status, events: [{at?, what, detail}]}
json_document story_to_json(const story_facts&, const story&);

/// What the store shows after the broker died in the middle of something: what is known, and what is not. `asked_at` is
/// when the question was sent.
std::string aftermath(const story_facts&, wall_time asked_at);

} // namespace breakwater::cli
