#include "breakwater/tests/process/subject/commands.hpp"

#include "breakwater/actors/ask.hpp"
#include "breakwater/actors/errors.hpp"
#include "breakwater/tests/process/subject/loop.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace breakwater::subject {

namespace {

using json = nlohmann::json;
using milliseconds = std::chrono::milliseconds;

int64_t unix_ms(wall_time at) { return std::chrono::duration_cast<milliseconds>(at.time_since_epoch()).count(); }

json render(const generation& x) { return {{"life", x.life}, {"number", x.number}}; }

json render(const auth_status& status) {
  const auto& x = *status;
  return {{"method", to_string(x.method)},
          {"account", x.account.id},
          {"generation", render(x.generation)},
          {"expires_at_ms", x.expires_at == unknown_time ? 0 : unix_ms(x.expires_at)},
          {"token", std::string{x.token.reveal()}},
          {"health", to_string(x.health)},
          {"failure", to_string(x.failure.code)},
          {"reason", to_string(x.failure.reason)},
          {"message", x.failure.message}};
}

json render(const bearer& made) {
  return {{"token", std::string{made->token.reveal()}},
          {"generation", render(made->generation)},
          {"expires_at_ms", made->expires_at == unknown_time ? 0 : unix_ms(made->expires_at)},
          {"account", made->account.id}};
}

json render(reload_outcome x) { return {{"outcome", to_string(x)}}; }
json render(const logout_outcome& x) { return {{"was_logged_in", x.was_logged_in}, {"revoking", x.revoking}}; }
json render(const shutdown_outcome& x) { return {{"lost", x.lost}}; }

json render(const history& x) {
  auto entries = json::array();
  for (const auto& entry : x.entries)
    entries.push_back({{"what", entry.what}, {"detail", entry.detail}});
  return {{"entries", entries}};
}

json render(const caf::error& why) {
  auto failed = failure_of(why);
  return {{"error", to_string(failed.code)}, {"message", failed.message}};
}

/// The questions of one command: says all answers in one line when the last is there.
struct gathering {
  json id;
  size_t open = 0;
  json answers = json::array();
};

template <class Ask>
void put(caf::actor_system& system, const auth_handle& auth, output& out, const json& command, Ask question) {
  auto count = command.value("count", size_t{1});
  system.spawn([auth, question, count, id = command["id"], &out](caf::event_based_actor* self) {
    auto all = std::make_shared<gathering>();
    all->id = id;
    all->open = count;
    auto one = [all, &out](json answer) {
      all->answers.push_back(std::move(answer));
      if (--all->open == 0)
        out.say({{"id", all->id}, {"answers", all->answers}});
    };
    for (size_t i = 0; i < count; ++i)
      compat::request(self, auth, question)
          .then([one](answer_to<Ask>& x) { one(render(x)); }, [one](caf::error& why) { one(render(why)); });
  });
}

generation generation_in(const json& command, const char* field) {
  auto found = command.value(field, json::object());
  return {found.value("life", uint64_t{0}), found.value("number", uint64_t{0})};
}

credential credential_in(const json& command) {
  credential made;
  made.method = auth_method::oauth;
  made.account.id = command.value("account", "alice");
  made.access_token = secret{command.value("access_token", "")};
  made.refresh_token = secret{command.value("refresh_token", "")};
  made.refreshed_at = std::chrono::system_clock::now();
  if (auto life = command.value("expires_in_ms", int64_t{0}); life != 0)
    made.expires_at = made.refreshed_at + milliseconds{life};
  return made;
}

loop_plan plan_in(const json& command) {
  loop_plan made;
  made.callers = command.value("callers", made.callers);
  made.min_validity = milliseconds{command.value("min_validity_ms", made.min_validity.count())};
  made.pause = milliseconds{command.value("pause_ms", made.pause.count())};
  made.wait_max = milliseconds{command.value("wait_ms", made.wait_max.count())};
  made.insists = command.value("insist", made.insists);
  made.streams = command.value("stream", made.streams);
  return made;
}

} // namespace

int obey(caf::actor_system& system, auth_service service, std::istream& in, milliseconds exit_grace) {
  static output out; // outlives every actor that still answers
  out.say({{"ready", true}});
  const auto& auth = service.auth();
  std::optional<loop> looping;
  for (std::string text; std::getline(in, text);) {
    auto command = json::parse(text);
    auto word = command.value("do", "");
    auto wait = milliseconds{command.value("wait_ms", wait_max_default.count())};
    if (word == "status")
      put(system, auth, out, command, get_status{command.value("token", true), command.value("refresh", false), wait});
    else if (word == "token")
      put(system, auth, out, command,
          get_token{milliseconds{command.value("min_validity_ms", int64_t{0})}, generation_in(command, "rejected"),
                    wait});
    else if (word == "refresh")
      put(system, auth, out, command, refresh{generation_in(command, "observed"), wait});
    else if (word == "reload")
      put(system, auth, out, command, reload{});
    else if (word == "login")
      put(system, auth, out, command, login{credential_in(command)});
    else if (word == "logout")
      put(system, auth, out, command, logout{command.value("revoke", true)});
    else if (word == "explain")
      put(system, auth, out, command, explain{});
    else if (word == "loop")
      looping.emplace(system, auth, plan_in(command), out);
    else if (word == "end_loop" && looping)
      looping->end(command["id"]);
    else if (word == "shutdown")
      put(system, auth, out, command, shutdown{milliseconds{command.value("deadline_ms", int64_t{10'000})}});
    else
      out.say({{"id", command["id"]}, {"answers", {{{"error", "invalid_request"}, {"message", "no such command"}}}}});
  }
  auto ended = ask(system, auth, shutdown{exit_grace}).get();
  return ended && ended->lost ? 3 : 0;
}

} // namespace breakwater::subject
