#pragma once
#include "breakwater/storage/open_store.hpp"
#include "breakwater/tools/broker/config/settings.hpp"
#include "breakwater/tools/broker/service/account_options.hpp"

#include <optional>

/// From settings to the things that they describe.
namespace breakwater::broker {

struct authority_result {
  std::optional<config_problem> problem;
  breakwater::authority made;
};

/// The authority of an account, checked as the transport will. The client's secret is read from the environment.
authority_result make_authority(const settings&, const std::string& account, const environment&);

/// The decisions' settings for that authority.
auth_settings make_policy(const settings&, const authority&);

/// Where the account's credential is kept. Opens nothing.
store_choice make_store_choice(const settings&, const std::string& account);

struct account_result {
  /// What kept it from being made; `where` may be empty.
  std::optional<config_problem> problem;
  /// True if the problem is the store's and not the settings'.
  bool is_store_problem = false;
  account_options made;
};

/// All that a broker, or this process in its place, needs to hold the account. Opens the store: see open_store.
account_result make_account(const settings&, const std::string& account, const environment&);

} // namespace breakwater::broker
