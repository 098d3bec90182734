#include "breakwater/tools/broker/cli/commands.hpp"

#include "breakwater/tools/broker/cli/interrupt.hpp"
#include "breakwater/tools/broker/cli/login_source.hpp"
#include "breakwater/tools/broker/cli/status_text.hpp"
#include "breakwater/tools/broker/cli/store_reading.hpp"
#include "breakwater/tools/broker/cli/text.hpp"
#include "breakwater/tools/broker/rpc/json_fields.hpp"

namespace breakwater::cli {

namespace {

class runner {
public:
  runner(const command_line& wanted, const broker::settings& from, auth_port& port, const screen& on)
      : wanted_(wanted), settings_(from), account_(from.account()), port_(port), screen_(on) {}

  int run() {
    switch (wanted_.what) {
    case command::status:
      return status();
    case command::token:
    case command::header:
      return token();
    case command::refresh:
      return refresh();
    case command::reload:
      return reload();
    case command::login:
      return login();
    case command::logout:
      return logout();
    case command::explain:
      return explain();
    case command::watch:
      return watch();
    default:
      return static_cast<int>(exit_code::usage);
    }
  }

private:
  static constexpr int ok = static_cast<int>(exit_code::ok);

  void show(const status_fields& status) const {
    if (screen_.json) {
      auto document = broker::status_to_json(account_, status);
      broker::set_text(document, "from", port_.where());
      screen_.print_json(document);
    } else {
      screen_.print(render_status(account_, status, port_.where(), screen_.out, moment_now().wall));
    }
  }

  int status() {
    auto got = port_.status();
    if (!got.value)
      return screen_.fail(got.why);
    show(*got.value);
    return static_cast<int>(exit_code_of(*got.value, moment_now().wall));
  }

  int token() {
    auto got = port_.token(wanted_.min_validity, wanted_.wait_max);
    if (!got.value)
      return screen_.fail(got.why);
    if (screen_.json) {
      auto document = broker::bearer_to_json(*got.value);
      return screen_.print_json(document) ? ok : unread();
    }
    wiped_string line;
    if (wanted_.what == command::header)
      line = "Authorization: Bearer ";
    line.append(got.value->token.reveal()).append(1, '\n');
    return screen_.print(line) ? ok : unread();
  }

  /// Whoever asked has gone: there is nothing to do for him.
  static int unread() { return static_cast<int>(exit_code::unavailable); }

  int refresh() {
    auto got = port_.refresh(wanted_.wait_max);
    if (!got.value)
      return screen_.fail(got.why);
    show(*got.value);
    return static_cast<int>(exit_code_of(*got.value, moment_now().wall));
  }

  int reload() {
    auto got = port_.reload();
    if (!got.value)
      return screen_.fail(got.why);
    if (screen_.json) {
      screen_.print_json(broker::reload_to_json(*got.value));
    } else if (*got.value == reload_outcome::changed) {
      screen_.print("changed: " + port_.where() + " has taken over what its store holds\n");
    } else if (*got.value == reload_outcome::unchanged) {
      screen_.print("unchanged: " + port_.where() + " had it already\n");
    } else {
      screen_.print("logged out: the store of " + port_.where() + " holds no credential\n");
    }
    return *got.value == reload_outcome::logged_out ? static_cast<int>(exit_code::logged_out) : ok;
  }

  int login() {
    auto given = read_login(wanted_.login_from, settings_);
    if (given.error) {
      trouble why;
      why.code = given.error.code;
      why.what = given.error.message;
      why.advice = "breakwater login --help shows what can be given";
      if (was_interrupted())
        why.exit = exit_code::interrupted;
      return screen_.fail(why);
    }
    if (!given.warning.empty())
      screen_.complain("breakwater: " + given.warning + '\n');
    auto got = port_.login(given.found);
    if (!got.value)
      return screen_.fail(got.why);
    show(*got.value);
    return ok;
  }

  int logout() {
    auto got = port_.logout(wanted_.revoke);
    if (!got.value)
      return screen_.fail(got.why);
    if (screen_.json) {
      screen_.print_json(broker::logout_to_json(*got.value));
      return ok;
    }
    if (!got.value->was_logged_in)
      screen_.print("nobody was logged in\n");
    else if (got.value->revoking)
      screen_.print("logged out; the authority was asked to revoke the tokens, too\n");
    else
      screen_.print("logged out; nothing was revoked at the authority\n");
    return ok;
  }

  int explain() {
    auto got = port_.explain();
    if (!got.value)
      return screen_.fail(got.why);
    auto told = tell(*got.value);
    if (screen_.json)
      screen_.print_json(story_to_json(*got.value, told));
    else
      screen_.print(render_story(told, screen_.out));
    return ok;
  }

  int watch() {
    auto why = port_.watch([this](const status_fields& status) {
      if (!screen_.json)
        return screen_.print(render_change(status, screen_.out, moment_now().wall));
      auto document = broker::status_to_json(account_, status);
      broker::set_if_known(document, "at", moment_now().wall);
      return screen_.print_json(document, true);
    });
    return why ? screen_.fail(why) : ok;
  }

  const command_line& wanted_;
  const broker::settings& settings_;
  std::string account_;
  auth_port& port_;
  const screen& screen_;
};

} // namespace

int run_command(const command_line& wanted, const broker::settings& from, auth_port& port, const screen& on) {
  auto code = runner{wanted, from, port, on}.run();
  // The answer is out, so that nobody waits for the end; a loss must not go unseen all the same.
  if (auto lost = port.close()) {
    on.complain(render_trouble(lost, on.err, moment_now().wall));
    return static_cast<int>(exit_code_of(lost));
  }
  return code;
}

} // namespace breakwater::cli
