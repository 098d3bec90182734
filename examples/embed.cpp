// An actor that calls an API with a token, and survives a 401. Usage: embed TOKEN_ENDPOINT API_URL AUTH_FILE
#include "breakwater/actors/errors.hpp"
#include "breakwater/actors/start.hpp"

#include <iostream>

#include "http_get.hpp"

using namespace breakwater;

// A server may refuse a token that looks good here: revoked, or its clock differs. Naming the generation that was
// rejected gets another one, or a clear error, and never the same again.
void call_api(caf::event_based_actor* self, const auth_handle& auth, const std::string& url, generation rejected) {
  compat::request(self, auth, get_token{.rejected = rejected})
      .then(
          [=](const bearer& token) {
            auto status = http_get(url, token->token);
            std::cout << "the API answered " << status << std::endl;
            if (status == 401 && !rejected)
              call_api(self, auth, url, token->generation);
          },
          [](const caf::error& why) { std::cout << "no token: " << failure_of(why).message << std::endl; });
}

int main(int argc, char** argv) {
  if (argc != 4)
    return 2;
  system_config config; // or register_messages(your_config)
  caf::actor_system system{config};

  auth_config settings;
  settings.authority = generic_authority(argv[1], "example-client");
  settings.auth_file = argv[3];
  auto service = start(system, std::move(settings));
  if (!service) {
    std::cerr << failure_of(service.error()).message << std::endl;
    return 1;
  }

  // Detached, since http_get blocks. Any number of such actors share one credential, and one refresh.
  auto caller = system.spawn<caf::detached>([url = std::string{argv[2]}, auth = service->auth()](
                                                caf::event_based_actor* self) { call_api(self, auth, url, {}); });
  caf::scoped_actor { system } -> wait_for(caller);
} // the last auth_service is gone: what is under way is saved, then the auth actor ends
