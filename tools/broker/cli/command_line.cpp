#include "breakwater/tools/broker/cli/command_line.hpp"

#include "breakwater/tools/broker/cli/exit_code.hpp"
#include "breakwater/tools/broker/cli/help_text.hpp"
#include "breakwater/tools/broker/config/duration_text.hpp"
#include "breakwater/tools/broker/config/known_keys.hpp"
#include "breakwater/transport/redact.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <sstream>

namespace breakwater::cli {

namespace {

constexpr auto version = "breakwater " BREAKWATER_VERSION;

/// Options that a secret could be meant for, and that do not exist.
constexpr std::array<std::string_view, 10> secret_options = {
    "--api-key",  "--key",    "--token",    "--access-token",  "--refresh-token",
    "--id-token", "--secret", "--password", "--client-secret", "--passphrase"};

struct builder {
  CLI::App app{"Holds an OAuth credential for every program on this machine: one refresh for all of them, and after a "
               "permanent failure none.",
               "breakwater"};
  command_line wanted;
  std::map<std::string, std::string> given;

  builder() {
    app.require_subcommand(1);
    app.fallthrough();
    app.set_version_flag("--version", version);
    app.footer(std::string{help::program});
    app.get_formatter()->column_width(30);
    add_globals();
    add(command::status, "status", "how things stand", help::status);
    waiting(with_min_validity(add(command::token, "token", "print the token, for scripts", help::token)));
    waiting(with_min_validity(add(command::header, "header", "print an Authorization header", help::header)));
    waiting(add(command::refresh, "refresh", "get new tokens now", help::refresh));
    add(command::reload, "reload", "let the broker read its store again", help::reload);
    add(command::login, "login", "log in with what standard input has", help::login)
        ->add_option("--from", wanted.login_from, "take over an existing auth.json")
        ->type_name("PATH");
    add(command::logout, "logout", "erase the credential and revoke it", help::logout)
        ->add_flag_callback(
            "--no-revoke", [this] { wanted.revoke = false; }, "only erase it here");
    add(command::explain, "explain", "why am I logged out?", help::explain);
    add(command::watch, "watch", "show each change as it happens", help::watch);
    add(command::config, "config", "all settings, and where they come from", help::config);
    add(command::app_server, "app-server", "the app-server protocol on standard input and output", help::app_server);
    setting(*add(command::serve, "serve", "be the broker", help::serve), "--metrics", "broker.metrics", "HOST:PORT",
            "serve /metrics and /healthz there");
  }

  CLI::App* add(command what, const char* name, const char* about, std::string_view more) {
    auto* sub = app.add_subcommand(name, about);
    sub->footer(std::string{more});
    sub->fallthrough();
    sub->callback([this, what] { wanted.what = what; });
    return sub;
  }

  void setting(CLI::App& of, const char* flag, const char* name, const char* type, const char* about) {
    of.add_option_function<std::string>(
          flag,
          [=, this](const std::string& value) {
            wanted.settings.push_back({name, value, flag});
          },
          about)
        ->type_name(type);
  }

  void add_globals() {
    setting(app, "--account", "default_account", "NAME", "which account (default: the first one configured)");
    setting(app, "--socket", "broker.socket", "PATH", "where the broker listens");
    setting(app, "--color", "color", "WHEN", "auto, always or never");
    app.add_flag_callback(
        "--broker-only", [this] { use_broker("always", "--broker-only"); }, "ask the broker as it is, or fail");
    app.add_flag_callback(
        "--no-broker", [this] { use_broker("never", "--no-broker"); }, "work on the store itself");
    app.add_flag("--json", wanted.json, "one JSON object on standard output, also for a failure");
    app.add_option("--config", wanted.config_file, "the configuration file")->type_name("PATH");
    app.add_option_function<std::vector<std::string>>(
           "--set", [this](const std::vector<std::string>& all) { take_settings(all); },
           "any other setting, such as policy.early_window=10m")
        ->type_name("KEY=VALUE")
        ->take_all();
  }

  void use_broker(const char* how, const char* flag) {
    for (const auto& each : wanted.settings)
      if (each.name == "broker.use" && each.value != how)
        throw CLI::ValidationError(flag, "does not go with " + each.flag);
    wanted.settings.push_back({"broker.use", how, flag});
  }

  void take_settings(const std::vector<std::string>& all) {
    for (const auto& each : all) {
      auto equals = each.find('=');
      if (equals == each.npos)
        throw CLI::ValidationError("--set", "needs KEY=VALUE; breakwater config lists the keys");
      auto key = each.substr(0, equals);
      wanted.settings.push_back({key, each.substr(equals + 1), "--set " + fit_to_show(key, {}, 80)});
    }
  }

  static void duration(CLI::App& of, const char* flag, std::chrono::milliseconds& into, const char* about) {
    of.add_option_function<std::string>(
          flag,
          [&into, flag](const std::string& text) {
            auto length = broker::parse_duration(text);
            if (!length)
              throw CLI::ValidationError(flag, "is no length of time: write 30s, 5m or 1h30m");
            into = *length;
          },
          about)
        ->type_name("DURATION");
  }

  CLI::App* with_min_validity(CLI::App* of) {
    duration(*of, "--min-validity", wanted.min_validity, "it has to live at least this long (default 0)");
    return of;
  }

  void waiting(CLI::App* of) {
    duration(*of, "--wait", wanted.wait_max, "how long to wait for an answer (default 1m)");
  }
};

std::string meant(const CLI::App& app, const std::string& word) {
  std::vector<std::string> known;
  for (const auto* each : app.get_subcommands(nullptr))
    known.push_back(each->get_name());
  auto best = broker::closest(word, known);
  return best.empty() ? std::string{} : "; did you mean '" + best + "'?";
}

/// `unknown`: a word that stands where a command should.
std::string text_of(CLI::App& app, const CLI::Error& error, const std::string& unknown, int& code) {
  std::ostringstream out, err;
  auto told = app.exit(error, out, err);
  if (told == 0) {
    code = static_cast<int>(exit_code::ok);
    return out.str();
  }
  code = static_cast<int>(exit_code::usage);
  std::string what = error.what();
  if (auto* extra = dynamic_cast<const CLI::RequiredError*>(&error); extra && !unknown.empty())
    what = "there is no command '" + unknown + "'" + meant(app, unknown);
  return "breakwater: " + without_lookalikes(what) +
         "\n  to do:  breakwater --help lists the commands, breakwater "
         "COMMAND --help explains one\n";
}

} // namespace

parsed_command_line parse_command_line(int argc, const char* const* argv) {
  builder made;
  try {
    made.app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    parsed_command_line out;
    auto rest = made.app.remaining();
    auto word = std::find_if(rest.begin(), rest.end(), [](const std::string& each) { return !each.starts_with("-"); });
    out.output =
        text_of(made.app, error, word == rest.end() ? std::string{} : fit_to_show(*word, {}, 40), out.exit_code);
    return out;
  }
  return {std::move(made.wanted), {}, 0};
}

bool has_secret_argument(int argc, const char* const* argv) {
  constexpr std::array<std::string_view, 6> with_value = {"--account", "--socket", "--color",
                                                          "--config",  "--set",    "--from"};
  auto in_login = false;
  for (int i = 1; i < argc; ++i) {
    std::string_view word = argv[i];
    auto name = word.substr(0, word.find('='));
    if (std::find(secret_options.begin(), secret_options.end(), name) != secret_options.end() && in_login)
      return true;
    if (std::find(with_value.begin(), with_value.end(), name) != with_value.end()) {
      i += name.size() == word.size() ? 1 : 0;
      continue;
    }
    if (word.starts_with("-") && word.size() > 1)
      continue;
    if (in_login)
      return true;
    if (word != "login")
      return false; // another command: it has arguments of its own
    in_login = true;
  }
  return false;
}

std::string text_on_secret_arguments() {
  return "breakwater: a login takes no secret from its arguments\n"
         "  means:  arguments can be read by every user (ps, /proc) and stay in the shell's history; if this was a "
         "secret, it has to count as known to others\n"
         "  to do:  revoke it, remove it from the history, and give the new one on standard input:\n"
         "            breakwater login < FILE       pass show example/api-key | breakwater login\n"
         "            breakwater login --from PATH  takes over an existing auth.json\n";
}

} // namespace breakwater::cli
