// A user's program: starts an auth actor that holds nothing and asks it how things stand.
#include "breakwater/actors/ask.hpp"
#include "breakwater/actors/start.hpp"

#include <cstdlib>
#include <iostream>

int main() {
  breakwater::system_config config;
  caf::actor_system system{config};
  breakwater::auth_config settings;
  settings.authority.token_endpoint = "http://127.0.0.1:1/token";
  settings.authority.client_id = "consumer";
  auto service = breakwater::start(system, std::move(settings));
  if (!service) {
    std::cerr << breakwater::compat::render(service.error()) << '\n';
    return EXIT_FAILURE;
  }
  auto status = breakwater::ask(system, service->auth(), breakwater::get_status{}).get();
  if (!status || (*status)->method != breakwater::auth_method::none)
    return EXIT_FAILURE;
  std::cout << "health: " << to_string((*status)->health) << '\n';
}
