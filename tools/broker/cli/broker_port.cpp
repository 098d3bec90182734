#include "breakwater/tools/broker/cli/broker_port.hpp"

#include "breakwater/tools/broker/cli/interrupt.hpp"
#include "breakwater/tools/broker/cli/store_reading.hpp"
#include "breakwater/tools/broker/rpc/json_fields.hpp"

namespace breakwater::cli {

namespace {

using std::chrono::milliseconds;

/// How much longer than it was told to wait a broker may take to say so.
constexpr milliseconds slack = std::chrono::seconds{5};
/// What is answered from memory, or with one look at the store.
constexpr milliseconds reading_wait = std::chrono::seconds{10};
/// A login or logout waits for the store's short lock and the disk.
constexpr milliseconds change_wait = std::chrono::seconds{30};

} // namespace

broker_port::broker_port(std::unique_ptr<broker_connection> connection, broker_port_options options)
    : connection_(std::move(connection)), options_(std::move(options)) {}

std::string broker_port::where() const {
  return "the broker on " + options_.socket_path + " (process " + std::to_string(connection_->peer()) + ")";
}

json_document broker_port::params() const {
  auto out = json_document::object();
  broker::set_text(out, "account", options_.account);
  return out;
}

trouble broker_port::unanswered(const rpc_answer& got, kind what, wall_time asked_at) const {
  trouble out;
  out.code = ec::unavailable;
  if (got.fate == question_fate::unsent) {
    out.what = where() + " closed the connection before it was asked" + (got.error.empty() ? "" : ": " + got.error);
    out.meaning = "nothing was done";
    out.advice = "try again; --no-broker works on the store itself";
    return out;
  }
  if (got.fate == question_fate::timed_out) {
    out.code = ec::timed_out;
    out.what = where() + " lives and did not answer in time";
  } else if (got.fate == question_fate::interrupted) {
    out.code = ec::timed_out;
    out.what = "interrupted before " + where() + " answered";
    out.meaning = what == kind::reads ? "nothing was changed" : "the broker goes on with it";
    out.exit = exit_code::interrupted;
    return out;
  } else {
    out.what = where() + (got.fate == question_fate::garbled ? " answered with something that is no answer"
                                                             : " went away before it answered");
  }
  if (what == kind::reads) {
    out.meaning = "the question only reads: nothing was changed by it";
    out.advice = "ask again; --no-broker reads the store itself";
    return out;
  }
  out.code = ec::in_doubt;
  out.meaning = options_.look_at_store ? aftermath(options_.look_at_store(), asked_at)
                                       : "What came of it is not known: the store cannot be read from here.";
  out.advice = "do not simply repeat it: look first with breakwater status and breakwater explain";
  return out;
}

asked<json_document> broker_port::ask(const char* method, json_document given, milliseconds wait_max, kind what) {
  auto asked_at = moment_now().wall;
  auto got = connection_->ask(method, given, wait_max);
  if (got.failure)
    return {std::nullopt, trouble_of(*got.failure)};
  if (got.fate != question_fate::answered)
    return {std::nullopt, unanswered(got, what, asked_at)};
  return {std::move(got.result), {}};
}

template <class T, class Read>
asked<T> broker_port::ask_for(const char* method, json_document given, milliseconds wait_max, kind what, Read read) {
  auto asked_at = moment_now().wall;
  auto got = ask(method, std::move(given), wait_max, what);
  if (!got.value)
    return {std::nullopt, got.why};
  if (auto value = read(*got.value))
    return {std::move(*value), {}};
  rpc_answer garbled;
  garbled.fate = question_fate::garbled;
  return {std::nullopt, unanswered(garbled, what, asked_at)};
}

namespace {

std::optional<status_fields> read_status(const json_document& from) {
  auto named = broker::status_from_json(from);
  return named ? std::optional{std::move(named->status)} : std::nullopt;
}

} // namespace

asked<broker::broker_info> broker_port::info() {
  return ask_for<broker::broker_info>("breakwater/info", json_document::object(), reading_wait, kind::reads,
                                      broker::info_from_json);
}

asked<status_fields> broker_port::status() {
  return ask_for<status_fields>("breakwater/status", params(), reading_wait, kind::reads, read_status);
}

asked<bearer_fields> broker_port::token(milliseconds min_validity, milliseconds wait_max) {
  auto given = params();
  given["minValidityMs"] = min_validity.count();
  given["waitMs"] = wait_max.count();
  return ask_for<bearer_fields>("breakwater/token", std::move(given), wait_max + slack, kind::may_refresh,
                                broker::bearer_from_json);
}

asked<status_fields> broker_port::refresh(milliseconds wait_max) {
  auto given = params();
  given["waitMs"] = wait_max.count();
  return ask_for<status_fields>("breakwater/refresh", std::move(given), wait_max + slack, kind::may_refresh,
                                read_status);
}

asked<reload_outcome> broker_port::reload() {
  return ask_for<reload_outcome>("breakwater/reload", params(), reading_wait, kind::changes, broker::reload_from_json);
}

asked<status_fields> broker_port::login(const credential& given) {
  auto with = broker::login_to_json(given);
  broker::set_text(with, "account", options_.account);
  return ask_for<status_fields>("breakwater/login", std::move(with), change_wait, kind::changes, read_status);
}

asked<logout_outcome> broker_port::logout(bool revoke) {
  auto given = params();
  given["revoke"] = revoke;
  return ask_for<logout_outcome>("breakwater/logout", std::move(given), change_wait, kind::changes,
                                 broker::logout_from_json);
}

asked<broker::named_history> broker_port::history() {
  return ask_for<broker::named_history>("breakwater/explain", params(), reading_wait, kind::reads,
                                        broker::history_from_json);
}

asked<std::string> broker_port::store() {
  auto got = history();
  if (!got.value)
    return {std::nullopt, got.why};
  return {std::move(got.value->store), {}};
}

asked<story_facts> broker_port::explain() {
  auto known = history();
  if (!known.value)
    return {std::nullopt, known.why};
  auto now = status();
  if (!now.value)
    return {std::nullopt, now.why};
  // The ledger tells what no memory holds any more; without it the broker's own history has to do.
  auto facts = options_.look_at_store ? options_.look_at_store() : story_facts{};
  facts.account = options_.account;
  facts.store = known.value->store;
  facts.status = std::move(*now.value);
  facts.history = std::move(known.value->history);
  facts.has_broker = true;
  facts.now = moment_now().wall;
  return {std::move(facts), {}};
}

trouble broker_port::watch(const std::function<bool(const status_fields&)>& show) {
  auto first = ask_for<status_fields>("breakwater/watch", params(), reading_wait, kind::reads, read_status);
  if (!first.value)
    return first.why;
  if (!show(*first.value))
    return {};
  while (auto notice = connection_->next_notice()) {
    if (notice->method != "breakwater/changed")
      continue;
    auto* status = broker::find_field(notice->params, "status");
    auto read = status ? read_status(*status) : std::nullopt;
    if (read && !show(*read))
      return {};
  }
  if (was_interrupted())
    return {};
  rpc_answer ended;
  ended.fate = question_fate::gone;
  auto why = unanswered(ended, kind::reads, unknown_time);
  why.what = where() + " went away";
  return why;
}

} // namespace breakwater::cli
