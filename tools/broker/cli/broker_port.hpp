#pragma once
#include "breakwater/tools/broker/cli/auth_port.hpp"
#include "breakwater/tools/broker/cli/broker_connection.hpp"

#include <memory>

namespace breakwater::cli {

/// What the commands need besides the connection.
struct broker_port_options {
  std::string socket_path;
  std::string account;
  /// Reads the store behind the broker's back: after the broker died, and for `explain`. Nothing sent, nothing written.
  /// May be empty.
  std::function<story_facts()> look_at_store;
};

/// Asks a running broker. What may have changed something and was not answered is never asked again by itself: the
/// failure says what the store shows of it, and is in doubt.
class broker_port : public auth_port {
public:
  broker_port(std::unique_ptr<broker_connection>, broker_port_options);

  std::string where() const override;
  asked<status_fields> status() override;
  asked<bearer_fields> token(std::chrono::milliseconds min_validity, std::chrono::milliseconds wait_max) override;
  asked<status_fields> refresh(std::chrono::milliseconds wait_max) override;
  asked<reload_outcome> reload() override;
  asked<status_fields> login(const credential&) override;
  asked<logout_outcome> logout(bool revoke) override;
  asked<story_facts> explain() override;
  trouble watch(const std::function<bool(const status_fields&)>& show) override;
  trouble close() override { return {}; }

  /// For a connection that had to be asked before it was known how to go on.
  void set_options(broker_port_options options) { options_ = std::move(options); }
  /// What the broker says about itself.
  asked<broker::broker_info> info();
  /// Where the broker keeps this account.
  asked<std::string> store();

private:
  /// A question may change something, or it only reads.
  enum class kind { reads, may_refresh, changes };

  asked<json_document> ask(const char* method, json_document params, std::chrono::milliseconds wait_max, kind);
  template <class T, class Read>
  asked<T> ask_for(const char* method, json_document params, std::chrono::milliseconds wait_max, kind, Read);
  asked<broker::named_history> history();
  json_document params() const;
  trouble unanswered(const rpc_answer&, kind, wall_time asked_at) const;

  std::unique_ptr<broker_connection> connection_;
  broker_port_options options_;
};

} // namespace breakwater::cli
