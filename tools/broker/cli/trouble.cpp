#include "breakwater/tools/broker/cli/trouble.hpp"

#include "breakwater/tools/broker/rpc/json_fields.hpp"

namespace breakwater::cli {

namespace {

/// Without the advice that some messages end with: ours follows on a line of its own.
std::string without_advice(std::string message) {
  for (std::string_view advice : {"; log in again", "; log in"})
    if (message.ends_with(advice))
      message.resize(message.size() - advice.size());
  return message;
}

} // namespace

trouble trouble_of(const broker::named_failure& from) {
  trouble out;
  out.code = from.why.code;
  out.what = without_advice(from.why.message);
  out.reason = from.reason;
  out.retry_after = from.retry_after;
  return out;
}

std::string meaning_of(ec code) {
  switch (code) {
  case ec::none:
    return "";
  case ec::logged_out:
    return "no credential is stored for this account";
  case ec::refresh_refused:
    return "this login is over: the refresh token is dead, and no request is sent with it any more";
  case ec::unavailable:
    return "the login itself is not in question";
  case ec::misconfigured:
    return "the authority does not accept this client; the login itself is not in question";
  case ec::in_doubt:
    return "the authority may have spent the refresh token; a blind second try could end the login";
  case ec::store_busy:
    return "another process is refreshing this credential, or is stopped in the middle of it";
  case ec::store_unreadable:
    return "the credential may be there all the same; nothing was changed";
  case ec::store_unwritable:
    return "new tokens could not be kept, so none were asked for";
  case ec::account_changed:
    return "somebody logged out, or logged in to another account, meanwhile";
  case ec::store_conflict:
    return "the store was overwritten with tokens that are known to be dead, from a copy or a backup perhaps";
  case ec::timed_out:
    return "nothing is known to have gone wrong; whoever holds the credential goes on with the work";
  case ec::overloaded:
    return "the broker lives, and has too many callers";
  case ec::shutting_down:
    return "the broker is ending";
  case ec::not_over_this_channel:
    return "the token is there, and may not be sent this way";
  case ec::token_rejected:
    return "no other token can be had for this login";
  case ec::validity_unavailable:
    return "even a new token would not live as long as was asked for";
  case ec::provider_failed:
    return "this credential is refreshed by another program, and that one gave no new token";
  case ec::invalid_request:
    return "nothing was done";
  }
  return "";
}

std::string advice_on(ec code) {
  switch (code) {
  case ec::none:
    return "";
  case ec::logged_out:
    return "log in: breakwater login";
  case ec::refresh_refused:
    return "log in again: breakwater login; how it came to this: breakwater explain";
  case ec::unavailable:
  case ec::overloaded:
  case ec::shutting_down:
    return "try again later";
  case ec::timed_out:
    return "look again: breakwater status";
  case ec::misconfigured:
    return "look at token_endpoint and the client's settings: breakwater config";
  case ec::in_doubt:
    return "nothing for now: it is tried again when that is safe; breakwater explain tells more";
  case ec::store_busy:
    return "try again; if it stays so, find the process that holds the lease file beside the store";
  case ec::store_unreadable:
  case ec::store_unwritable:
    return "mend the store, then try again; where it is: breakwater config";
  case ec::account_changed:
    return "breakwater reload takes over what the store holds now; breakwater login starts anew";
  case ec::store_conflict:
  case ec::token_rejected:
    return "log in again: breakwater login";
  case ec::not_over_this_channel:
    return "ask on the machine where the broker runs";
  case ec::validity_unavailable:
    return "ask for less: --min-validity";
  case ec::provider_failed:
    return "look at the program that hands the tokens over";
  case ec::invalid_request:
    return "breakwater COMMAND --help shows how";
  }
  return "";
}

exit_code exit_code_of(const trouble& why) { return why.exit.value_or(exit_code_of(why.code)); }

json_document trouble_to_json(const trouble& why) {
  auto inner = json_document::object();
  broker::set_text(inner, "code", to_string(why.code));
  broker::set_text(inner, "message", why.what);
  broker::set_text(inner, "meaning", why.meaning.empty() ? meaning_of(why.code) : why.meaning);
  broker::set_text(inner, "advice", why.advice.empty() ? advice_on(why.code) : why.advice);
  if (why.reason != refusal::none)
    broker::set_text(inner, "reason", to_string(why.reason));
  broker::set_if_known(inner, "retryAfter", why.retry_after);
  inner["exit"] = static_cast<int>(exit_code_of(why));
  auto out = json_document::object();
  out["error"] = std::move(inner);
  return out;
}

} // namespace breakwater::cli
