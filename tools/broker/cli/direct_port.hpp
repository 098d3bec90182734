#pragma once
#include "breakwater/tools/broker/cli/auth_port.hpp"
#include "breakwater/tools/broker/service/account_options.hpp"

#include <memory>

namespace breakwater::cli {

/// Works on the store itself, with an auth actor in this process and so with all its guarantees. What only reads
/// (status, explain, watch, reload) starts no actor and sends nothing.
class direct_port : public auth_port {
public:
  direct_port(broker::account_options, std::chrono::milliseconds exit_grace);
  ~direct_port() override;

  std::string where() const override;
  asked<status_fields> status() override;
  asked<bearer_fields> token(std::chrono::milliseconds min_validity, std::chrono::milliseconds wait_max) override;
  asked<status_fields> refresh(std::chrono::milliseconds wait_max) override;
  /// Every process reads the store anew, so there is nothing that could be behind it.
  asked<reload_outcome> reload() override;
  asked<status_fields> login(const credential&) override;
  asked<logout_outcome> logout(bool revoke) override;
  asked<story_facts> explain() override;
  trouble watch(const std::function<bool(const status_fields&)>& show) override;
  trouble close() override;

private:
  class actor;

  /// The running actor; started by the first question that needs it. The store is its own from then on.
  asked<actor*> running();
  /// The same, for questions about a login that is there: an actor that could not read the store calls it logged out.
  asked<actor*> running_if_readable();
  trouble unreadable(const failure&) const;
  /// Issued so recently that a refresh has nothing to add.
  bool is_fresh(const credential&, wall_time now) const;

  broker::account_options account_;
  std::chrono::milliseconds exit_grace_;
  std::string store_name_;
  auth_settings settings_;
  std::unique_ptr<actor> actor_;
};

} // namespace breakwater::cli
