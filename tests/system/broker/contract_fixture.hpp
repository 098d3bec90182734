#pragma once
#include <memory>
#include <set>
#include <thread>

#include "broker_fixture.hpp"

namespace breakwater::testing {

/// The real program as an app-server client starts it, over an authority that takes what such clients send, and nothing
/// else.
class contract : public with_broker {
public:
  contract() : with_broker(strict_options()) {}

  /// Ends a broker that runs, and starts one with the environment of now.
  void start_bare() {
    client.reset();
    broker_.reset();
    broker_ = run({"app-server"});
    client.emplace(*broker_);
  }
  void start(const json& capabilities = json::object()) {
    start_bare();
    ASSERT_TRUE(client->initialize(capabilities).contains("result")) << broker_->errors();
  }

  json status(bool include_token = false) {
    return client->ask("getAuthStatus", auth_status(include_token, false))["result"];
  }
  json refresh() { return client->ask("getAuthStatus", auth_status(true, true))["result"]; }
  void poll(int times) {
    for (int i = 0; i < times; ++i)
      refresh();
  }
  uint64_t requests() const { return authority.totals().token_requests; }

  /// Of the broker that runs.
  pid_t id() const { return broker_->id(); }

  using with_broker::log_in;
  void write(const json& document) const { write_auth_file(document); }
  json auth() const { return read_auth_file(); }
  std::string auth_text() const { return read_text(auth_file()); }

  using with_broker::authority;
  using with_broker::home;
  using with_broker::run;
  using with_broker::variables;
  std::optional<line_client> client;

private:
  static fake::server_options strict_options() {
    auto out = authority_options();
    out.authority.bodies = fake::accepted_body::json;
    out.authority.client_id = "app_EMoamEEZ73f0CkXaXp7hrann";
    return out;
  }

  std::unique_ptr<child> broker_;
};

struct conversation {
  int rule;
  const char* name;
  void (*play)(contract&);
  bool differs = false;
};

/// Marks a conversation in which the app-server does something else.
inline constexpr bool differs = true;

std::vector<conversation> conversations_on_storage();
std::vector<conversation> conversations_on_refresh();
std::vector<conversation> conversations_on_login();
std::vector<conversation> conversations_on_rpc();

// What getAuthStatus answers.
inline const json no_token{{"authMethod", "chatgpt"}, {"authToken", nullptr}, {"requiresOpenaiAuth", true}};
inline const json logged_out{{"authMethod", nullptr}, {"authToken", nullptr}, {"requiresOpenaiAuth", true}};

inline json with_token(const secret& token) {
  return {{"authMethod", "chatgpt"}, {"authToken", token.reveal()}, {"requiresOpenaiAuth", true}};
}

inline std::ostream& operator<<(std::ostream& out, const conversation& one) { return out << one.name; }

} // namespace breakwater::testing
