#include "breakwater/storage/file_store.hpp"
#include "breakwater/tools/broker/run_app_server.hpp"
#include "breakwater/tools/broker/run_serve.hpp"
#include "breakwater/transport/oauth_client.hpp"

#include <cstdlib>
#include <iostream>
#include <map>

/// small_broker app-server|serve [name=value ...]: the broker without the command line and configuration of the real
/// program, and with its limits as arguments. Where it works it takes from the variables that app-server clients set.
namespace {

using namespace breakwater;
using namespace breakwater::broker;

std::string variable(const char* name) {
  auto* value = std::getenv(name);
  return value ? value : "";
}

account_options make_account(const std::string& name, const std::string& file) {
  account_options out;
  out.name = name;
  out.authority = openai_authority("test-client");
  out.authority.token_endpoint = variable("CODEX_REFRESH_TOKEN_URL_OVERRIDE");
  out.authority.revocation_endpoint = variable("CODEX_REVOKE_TOKEN_URL_OVERRIDE");
  out.store = std::make_unique<file_store>(variable("CODEX_HOME") + "/" + file);
  return out;
}

} // namespace

int main(int argc, char** argv) {
  std::map<std::string, std::string> given;
  for (int i = 2; i < argc; ++i) {
    std::string text = argv[i];
    auto equals = text.find('=');
    given[text.substr(0, equals)] = equals == std::string::npos ? "" : text.substr(equals + 1);
  }
  auto number = [&](const char* name, auto& out) {
    if (given.contains(name))
      out = std::remove_reference_t<decltype(out)>(std::stoul(given[name]));
  };
  limits bounds;
  std::chrono::milliseconds grace = std::chrono::seconds{10};
  number("line_bytes_max", bounds.line_bytes_max);
  number("output_bytes_max", bounds.output_bytes_max);
  number("open_questions_max", bounds.open_questions_max);
  number("write_stall_ms", bounds.write_stall_max);
  number("clients_max", bounds.clients_max);
  number("grace_ms", grace);
  auto account = make_account("default", "auth.json");
  if (given.contains("settle_ms")) {
    number("settle_ms", account.settings.emplace().settle);
    account.settings->verdicts = openai_verdicts();
  }
  if (argc > 1 && std::string{argv[1]} == "app-server") {
    app_server_options options;
    options.account = std::move(account);
    options.limits = bounds;
    options.exit_grace = grace;
    return run_app_server(std::move(options));
  }
  serve_options options;
  options.accounts.push_back(std::move(account));
  if (given.contains("second"))
    options.accounts.push_back(make_account(given["second"], given["second"] + ".json"));
  options.socket_path = given["socket"];
  options.metrics_address = given["metrics"];
  options.limits = bounds;
  options.exit_grace = grace;
  return run_serve(std::move(options));
}
