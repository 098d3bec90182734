// An actor that is told of every change, and reads the token without a message. Usage: observe TOKEN_ENDPOINT AUTH_FILE
#include "breakwater/actors/ask.hpp"
#include "breakwater/actors/errors.hpp"
#include "breakwater/actors/snapshot_view.hpp"
#include "breakwater/actors/start.hpp"
#include "breakwater/messages/token_hash.hpp"

#include <iostream>

using namespace breakwater;

// The current status comes at once, then each change in order. The view always has the last one.
listener::behavior_type observer(listener::pointer self, const auth_handle& auth) {
  compat::send(self, auth, subscribe{self});
  return {
      [view = snapshot_view{}](const auth_changed& notice) mutable {
        view.update(notice);
        std::cout << to_string(view->method) << ' ' << to_string(view->health) << " generation "
                  << view->generation.number << " token " << to_string(hash_of(view.token())) << std::endl;
      },
  };
}

int main(int argc, char** argv) {
  if (argc != 3)
    return 2;
  system_config config;
  caf::actor_system system{config};

  auth_config settings;
  settings.authority = generic_authority(argv[1], "example-client");
  settings.auth_file = argv[2];
  settings.log = [](const log_line& line) { std::cerr << line.what << ": " << line.detail << std::endl; };
  auto service = start(system, std::move(settings));
  if (!service) {
    std::cerr << failure_of(service.error()).message << std::endl;
    return 1;
  }
  auto watching = system.spawn(observer, service->auth());

  // main is no actor: it asks and gets a future.
  if (auto status = ask(system, service->auth(), refresh{}).get(); !status)
    std::cout << "not refreshed: " << failure_of(status.error()).message << std::endl;
  ask(system, service->auth(), shutdown{}).wait(); // every notice is on its way before the answer
  caf::anon_send_exit(watching, caf::exit_reason::user_shutdown);
}
