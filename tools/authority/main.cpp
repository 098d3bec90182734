#include "breakwater/tools/authority/server.hpp"

#include <CLI/CLI.hpp>

#include <cmath>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <string>

namespace {

using namespace breakwater::fake;

constexpr auto examples = R"(
EXAMPLES
  A strict authority on a free port: reuse of a refresh token revokes its whole family.
    breakwater-authority

  OpenAI's way of refusing, and an answer after 50 ms.
    breakwater-authority --port 8089 --refusals openai --delay 50

  The next two refreshes lose their answer, the ones after are normal.
    breakwater-authority --fault lost-by-reset --count 2

  Down for ever, with Retry-After: 30.
    breakwater-authority --answer unavailable --retry-after 30

  A login, a refresh, and what the authority saw ($URL is the first line that it prints).
    curl -s -H 'Content-Type: application/json' -d '{"account":"alice"}' $URL/control/issue
    curl -s -d grant_type=refresh_token -d refresh_token=$TOKEN $URL/oauth/token
    curl -s $URL/stats
  The next three token requests get a 429.
    curl -s -H 'Content-Type: application/json' -d '{"answer":"rate-limited","count":3}' $URL/control/script
)";

template <class Enum>
std::string list_of(const char* title) {
  std::string text = std::string{"\n"} + title + "\n";
  for (const auto& entry : names_of(Enum{}))
    text += "  " + std::string{entry.name} + std::string(26 - entry.name.size(), ' ') + std::string{entry.about} + "\n";
  return text;
}

std::string footer() {
  return list_of<answer>("ANSWERS") + list_of<fault>("FAULTS") + list_of<rotation>("ROTATION") +
         list_of<reuse>("REUSE (of a refresh token that is spent)") + list_of<token_format>("TOKENS") +
         list_of<refusal_style>("REFUSALS") + list_of<accepted_body>("BODIES") + examples;
}

/// An option whose value is one of the names of an enumeration.
template <class Enum>
CLI::Option* add_named(CLI::App& app, const char* option, Enum& into, const char* about) {
  auto read = [&into, option](const std::string& text) {
    auto value = parse_name<Enum>(text);
    if (!value) {
      std::string known;
      for (const auto& entry : names_of(Enum{}))
        known += (known.empty() ? "" : ", ") + std::string{entry.name};
      throw CLI::ValidationError(option, "'" + text + "' is none of: " + known);
    }
    into = *value;
  };
  return app.add_option_function<std::string>(option, read, about)->type_name("NAME");
}

/// `revoke`, `reject` or `grace:MS`.
void read_reuse(const std::string& text, authority_settings& into) {
  auto colon = text.find(':');
  auto kind = parse_name<reuse>(text.substr(0, colon));
  auto has_time = colon != std::string::npos;
  if (!kind || has_time != (*kind == reuse::grace))
    throw CLI::ValidationError("--reuse", "'" + text + "' is none of: revoke, reject, grace:MS");
  into.on_reuse = *kind;
  if (!has_time)
    return;
  auto digits = text.substr(colon + 1);
  if (digits.empty() || digits.size() > 9 || digits.find_first_not_of("0123456789") != std::string::npos)
    throw CLI::ValidationError("--reuse", "'" + digits + "' is no number of milliseconds");
  into.grace = std::chrono::milliseconds{std::stol(digits)};
}

struct arguments {
  server_options server;
  behavior scripted;
  size_t count = 0;
  bool quiet = false;
};

/// A number with a unit that the type carries.
template <class Duration>
CLI::Option* add_duration(CLI::App& app, const char* option, Duration& into, const char* about, const char* unit) {
  return app
      .add_option_function<int64_t>(
          option, [&into](const int64_t& number) { into = Duration{number}; }, about)
      ->check(CLI::Range(int64_t{0}, int64_t{1'000'000'000}))
      ->type_name(unit);
}

/// A number of seconds that may have a fraction.
CLI::Option* add_seconds(CLI::App& app, const char* option, std::chrono::milliseconds& into, const char* about) {
  auto read = [&into, option](const double& seconds) {
    if (!(seconds >= 0 && seconds <= 1e9))
      throw CLI::ValidationError(option, "is no number of seconds from 0 to 1000000000");
    into = std::chrono::milliseconds{std::llround(seconds * 1000)};
  };
  return app.add_option_function<double>(option, read, about)->type_name("SECONDS");
}

void describe(CLI::App& app, arguments& args) {
  auto& settings = args.server.authority;
  app.add_option("--port", args.server.port, "TCP port on 127.0.0.1; 0 takes a free one")
      ->check(CLI::Range(0, 65535))
      ->type_name("PORT");
  add_named(app, "--rotation", settings.rotate, "what a refresh gives (default rotate)");
  app.add_option_function<std::string>(
         "--reuse", [&](const std::string& text) { read_reuse(text, settings); },
         "what a spent refresh token gets (default revoke)")
      ->type_name("revoke|reject|grace:MS");
  add_named(app, "--tokens", settings.format, "what access tokens look like (default jwt)");
  add_named(app, "--refusals", settings.refusals, "how a refresh token is refused (default rfc)");
  add_named(app, "--bodies", settings.bodies, "what the token endpoint reads (default any)");
  add_seconds(app, "--access-token-ttl", settings.access_token_ttl,
              "life of an access token, 0.3 for example (default 3600)");
  add_duration(app, "--refresh-token-ttl", settings.refresh_token_ttl, "life of a refresh token (default: no end)",
               "SECONDS");
  add_duration(app, "--delay", settings.delay, "wait before each answer of the token endpoint", "MS");
  app.add_option("--client-id", settings.client_id, "the only client that is known (default: every one)")
      ->type_name("ID");
  auto* what = add_named(app, "--answer", args.scripted.what, "answer of the token endpoint (default normal)");
  auto* then = add_named(app, "--fault", args.scripted.then, "what happens on the socket (default none)");
  add_duration(app, "--retry-after", args.scripted.retry_after, "for the answers that carry it (default 2)", "SECONDS");
  app.add_option("--bytes", args.scripted.bytes, "where a cut happens (default: well inside)")->type_name("N");
  auto* count = app.add_option("--count", args.count, "only the first N token requests get --answer and --fault")
                    ->check(CLI::PositiveNumber)
                    ->type_name("N");
  app.add_flag("--quiet", args.quiet, "no line per request on stderr");
  app.footer(footer());
  app.callback([=] {
    if (*count && !*what && !*then)
      throw CLI::ValidationError("--count", "needs --answer or --fault");
  });
}

sigset_t signals_of_an_end() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

int serve(arguments args) {
  // Before the server's thread starts, so that it inherits the mask and only sigwait sees them.
  auto ends = signals_of_an_end();
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  if (!args.quiet)
    args.server.log = [](std::string_view line) { std::cerr << line << std::endl; };
  server authority{std::move(args.server)};
  if (args.count > 0)
    authority.script(args.scripted, args.count);
  else
    authority.stand(args.scripted);
  if (auto problem = authority.start()) {
    std::cerr << "breakwater-authority: " << *problem << "\n";
    return 1;
  }
  std::cout << authority.url() << std::endl;
  int received = 0;
  sigwait(&ends, &received);
  authority.stop();
  auto totals = authority.totals();
  if (!args.quiet)
    std::cerr << "token requests " << totals.token_requests << ", issued " << totals.issued << ", refused "
              << totals.refused << ", replays " << totals.replays << ", families revoked " << totals.families_revoked
              << "\n";
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app{"A hostile OAuth authorization server for tests, on 127.0.0.1. It prints its URL as the first line.",
               "breakwater-authority"};
  arguments args;
  describe(app, args);
  CLI11_PARSE(app, argc, argv);
  return serve(std::move(args));
}
