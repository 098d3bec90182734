#include "breakwater/tools/broker/cli/status_text.hpp"

#include "breakwater/tools/broker/cli/text.hpp"

#include <algorithm>

namespace breakwater::cli {

namespace {

constexpr size_t width = 100;

shade shade_of(const status_fields& status) {
  if (status.health == auth_health::poisoned || status.method == auth_method::none)
    return shade::bad;
  if (status.health == auth_health::ok || status.health == auth_health::refreshing)
    return shade::good;
  return shade::uneasy;
}

std::string until(const status_fields& status, wall_time now) {
  if (status.health == auth_health::poisoned)
    return "withheld: the refresh token was refused";
  if (status.method == auth_method::api_key)
    return "the key itself, for ever";
  if (status.expires_at == unknown_time)
    return "nobody said when it ends";
  return (status.expires_at <= now ? "ended " : "valid until ") + render_time_and_distance(status.expires_at, now);
}

std::string failure_text(const status_failure& what) {
  auto reason = what.reason == refusal::none ? std::string{} : " (" + to_string(what.reason) + ")";
  return to_string(what.code) + reason + (what.message.empty() ? "" : ": " + on_one_line(what.message));
}

} // namespace

std::string word_for(const status_fields& status) {
  if (status.method == auth_method::none)
    return status.failure.code == ec::none ? "logged out" : "unknown";
  switch (status.health) {
  case auth_health::ok:
    return "ok";
  case auth_health::refreshing:
    return "refreshing";
  case auth_health::backing_off:
    return "backing off";
  case auth_health::in_doubt:
    return "in doubt";
  case auth_health::unsaved:
    return "not saved";
  case auth_health::misconfigured:
    return "misconfigured";
  case auth_health::poisoned:
    return "refused";
  }
  return "unknown";
}

std::string render_status(const std::string& account, const status_fields& status, const std::string& held_by,
                          const style& in, wall_time now) {
  std::string out;
  auto line = [&](const char* label, const std::string& text) {
    auto padded = std::string{label};
    padded.resize(10, ' ');
    out += in.paint(shade::dim, padded) + text + '\n';
  };
  auto who = render_account(status.account);
  line("account", account + (who.empty() ? "" : ": " + who));
  line("status", in.paint(shade_of(status), word_for(status)));
  if (status.method != auth_method::none) {
    line("login", name_of_method(status.method));
    line("token", until(status, now));
  }
  if (status.failure.code != ec::none) {
    line("failure", failure_text(status.failure));
    if (status.failure.since != unknown_time)
      line("since", render_time_and_distance(status.failure.since, now));
  }
  if (status.retry_after > now)
    line("next try", render_time_and_distance(status.retry_after, now));
  line("from", held_by);
  return out;
}

std::string render_change(const status_fields& status, const style& in, wall_time now) {
  auto word = word_for(status);
  word.resize(std::max<size_t>(word.size(), 13), ' ');
  auto out = in.paint(shade::dim, render_time(now)) + "  " + in.paint(shade_of(status), word);
  if (status.method != auth_method::none)
    out += "  token " + until(status, now);
  if (status.failure.code != ec::none)
    out += "; " + failure_text(status.failure);
  return out + '\n';
}

std::string render_story(const story& told, const style& in) {
  auto mood = told.mood == story_mood::good     ? shade::good
              : told.mood == story_mood::uneasy ? shade::uneasy
                                                : shade::bad;
  auto out = in.paint(mood, told.headline) + '\n';
  out += folded(told.because, width, "");
  if (!told.advice.empty())
    out += '\n' + in.paint(shade::strong, "To do:") + ' ' + told.advice + '\n';
  if (told.events.empty())
    return out;
  out += '\n' + in.paint(shade::strong, "What happened") + '\n';
  size_t longest = 0;
  for (const auto& each : told.events)
    longest = std::max(longest, each.what.size());
  for (const auto& each : told.events) {
    auto what = each.what;
    what.resize(longest, ' ');
    out += "  " + in.paint(shade::dim, render_time(each.at)) + "  " + what + "  " + each.detail + '\n';
  }
  return out;
}

} // namespace breakwater::cli
