#include "breakwater/tools/broker/cli/choose_port.hpp"
#include "breakwater/tools/broker/cli/commands.hpp"
#include "breakwater/tools/broker/cli/config_text.hpp"
#include "breakwater/tools/broker/cli/interrupt.hpp"
#include "breakwater/tools/broker/config/accounts.hpp"
#include "breakwater/tools/broker/config/settings_file.hpp"
#include "breakwater/tools/broker/run_app_server.hpp"
#include "breakwater/tools/broker/run_serve.hpp"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

using namespace breakwater;
using namespace breakwater::cli;

constexpr int usage = static_cast<int>(exit_code::usage);

style style_for(int fd, const std::string& wanted, const broker::environment& variable) {
  return {wants_colour({wanted, ::isatty(fd) == 1, variable("TERM").value_or(""), variable("NO_COLOR").has_value()})};
}

screen screen_for(const std::string& colour, bool json, const broker::environment& variable) {
  return {json, style_for(STDOUT_FILENO, colour, variable), style_for(STDERR_FILENO, colour, variable)};
}

int refuse(const screen& on, const std::vector<broker::config_problem>& problems) {
  if (!on.json) {
    on.complain(render_problems(problems, on.err));
    return usage;
  }
  trouble why;
  why.code = ec::invalid_request;
  for (const auto& each : problems)
    why.what += (why.what.empty() ? "" : "; ") + each.where + ": " + each.what;
  return on.fail(why);
}

/// The account, or the exit code.
std::optional<broker::account_options> make_account(const broker::settings& from, const std::string& name,
                                                    const broker::environment& variable, const screen& on, int& code) {
  auto made = broker::make_account(from, name, variable);
  if (!made.problem)
    return std::move(made.made);
  trouble why;
  why.code = made.is_store_problem ? ec::store_unreadable : ec::invalid_request;
  why.what = (made.problem->where.empty() ? "" : made.problem->where + ": ") + made.problem->what;
  code = on.fail(why);
  return std::nullopt;
}

int app_server(const broker::settings& from, const broker::environment& variable, const screen& on) {
  int code = 0;
  auto account = make_account(from, from.account(), variable, on, code);
  if (!account)
    return code;
  broker::app_server_options options;
  options.account = std::move(*account);
  options.exit_grace = from.duration("broker.exit_grace");
  return broker::run_app_server(std::move(options));
}

int serve(const broker::settings& from, const broker::environment& variable, const screen& on) {
  broker::serve_options options;
  for (const auto& name : from.accounts) {
    int code = 0;
    auto account = make_account(from, name, variable, on, code);
    if (!account)
      return code;
    options.accounts.push_back(std::move(*account));
  }
  options.socket_path = from.text("broker.socket");
  // The broker makes the socket's directory if only that is missing; of the default path the one above may be, too.
  if (from.at("broker.socket").from.kind == broker::origin_kind::built_in)
    ::mkdir((broker::home_directory(variable) + "/.breakwater").c_str(), 0700);
  options.metrics_address = from.text("broker.metrics");
  options.exit_grace = from.duration("broker.exit_grace");
  return broker::run_serve(std::move(options));
}

int show_settings(const broker::settings& from, const screen& on) {
  if (on.json)
    on.print_json(settings_to_json(from));
  else
    on.print(render_settings(from, on.out));
  return 0;
}

int run(const command_line& wanted, const broker::environment& variable) {
  auto loaded =
      broker::load_settings(broker::choose_config_file(wanted.config_file, variable), variable, wanted.settings);
  auto colour = loaded.problems.empty() ? loaded.found.text("color") : "auto";
  auto on = screen_for(colour, wanted.json, variable);
  if (!loaded.problems.empty())
    return refuse(on, loaded.problems);
  const auto& from = loaded.found;
  for (const auto& note : from.notes)
    on.complain("breakwater: " + note + '\n');
  switch (wanted.what) {
  case command::config:
    return show_settings(from, on);
  case command::app_server:
    return app_server(from, variable, on);
  case command::serve:
    return serve(from, variable, on);
  default:
    break;
  }
  catch_interrupts();
  auto chosen = choose_port(from, variable);
  return chosen.port ? run_command(wanted, from, *chosen.port, on) : on.fail(chosen.why);
}

} // namespace

int main(int argc, char** argv) {
  auto variable = broker::process_environment();
  if (has_secret_argument(argc, argv)) {
    for (int i = 1; i < argc; ++i)
      ::explicit_bzero(argv[i], ::strlen(argv[i])); // it is known by now, but need not stay readable
    screen{}.complain(text_on_secret_arguments());
    return usage;
  }
  auto parsed = parse_command_line(argc, argv);
  if (parsed.wanted)
    return run(*parsed.wanted, variable);
  screen on;
  if (parsed.exit_code == 0)
    on.print(parsed.output);
  else
    on.complain(parsed.output);
  return parsed.exit_code;
}
