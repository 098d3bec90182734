#pragma once
#include "breakwater/storage/json_document.hpp"
#include "breakwater/tools/broker/cli/screen.hpp"
#include "breakwater/tools/broker/config/settings.hpp"

#include <string>
#include <vector>

/// What `breakwater config` prints. Pure.
namespace breakwater::cli {

/// A table: setting, value, origin.
std::string render_settings(const broker::settings&, const style&);

/// {file, fileExists, account, accounts, values: {name: {value, from: {kind, where}}}, notes}
json_document settings_to_json(const broker::settings&);

/// One line per problem: where, what, and what to do.
std::string render_problems(const std::vector<broker::config_problem>&, const style&);

} // namespace breakwater::cli
