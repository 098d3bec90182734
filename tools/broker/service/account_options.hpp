#pragma once
#include "breakwater/core/auth_settings.hpp"
#include "breakwater/messages/exchange_messages.hpp"
#include "breakwater/storage/credential_store.hpp"

#include <memory>
#include <optional>
#include <string>

namespace breakwater::broker {

/// One credential that the broker holds for others.
struct account_options {
  /// What clients call it, in the parameter `account`: unique among the accounts of a broker.
  std::string name = "default";
  breakwater::authority authority;
  /// Where it outlives the process. Null: it lives in memory only.
  std::unique_ptr<credential_store> store;
  /// Empty: `settings_for(authority)`.
  std::optional<auth_settings> settings;
};

} // namespace breakwater::broker
