#include "breakwater/tools/broker/config/settings.hpp"

#include "breakwater/tools/broker/config/derived.hpp"
#include "breakwater/tools/broker/config/duration_text.hpp"
#include "breakwater/tools/broker/config/known_keys.hpp"
#include "breakwater/tools/broker/config/toml_file.hpp"

#include <algorithm>
#include <filesystem>

namespace breakwater::broker {

std::string to_string(origin_kind kind) {
  switch (kind) {
  case origin_kind::built_in:
    return "default";
  case origin_kind::file:
    return "file";
  case origin_kind::variable:
    return "variable";
  case origin_kind::flag:
    return "flag";
  }
  return "unknown";
}

std::string settings::text(const std::string& name) const {
  auto* found = std::get_if<std::string>(&at(name).value);
  return found ? *found : std::string{};
}

std::chrono::milliseconds settings::duration(const std::string& name) const {
  return parse_duration(text(name)).value_or(std::chrono::milliseconds{0});
}

std::optional<int64_t> settings::number(const std::string& name) const {
  auto* found = std::get_if<int64_t>(&at(name).value);
  return found ? std::optional{*found} : std::nullopt;
}

namespace {

constexpr auto default_account = "default";

class layers {
public:
  explicit layers(const config_sources& from) : from_(from) { out_.found.file_path = from.file_path; }

  settings_result build() {
    read_file();
    if (out_.found.accounts.empty())
      out_.found.accounts = {default_account};
    read_environment();
    read_flags();
    choose_account();
    if (out_.problems.empty())
      fill_in_defaults(out_.found, from_.variable);
    return std::move(out_);
  }

private:
  void complain(const std::string& where, std::string what) { out_.problems.push_back({where, std::move(what)}); }

  void set(const known_key& key, const std::string& name, plain_value value, origin from, const std::string& base) {
    if (auto problem = adapt(key, value)) {
      complain(from.where, name + " " + *problem);
      return;
    }
    if (auto* text = std::get_if<std::string>(&value); text && key.kind == value_kind::path && !text->empty()) {
      auto path = std::filesystem::path{with_home(*text, from_.variable)};
      *text = (path.is_absolute() ? path : std::filesystem::path{base} / path).lexically_normal().string();
    }
    out_.found.values[name] = {std::move(value), std::move(from)};
  }

  // -- the file -------------------------------------------------------------------------------------------------------

  void read_file() {
    if (!from_.file_text)
      return;
    out_.found.has_file = true;
    auto content = parse_toml(*from_.file_text);
    if (!content.error.empty()) {
      complain(place(content.error_line), content.error);
      return;
    }
    for (const auto& each : content.entries)
      read_entry(each);
  }

  std::string place(int line) const { return from_.file_path + ':' + std::to_string(line); }

  void read_entry(const toml_entry& each) {
    const auto& path = each.path;
    auto in_account = path[0] == "account";
    if (in_account && path.size() < 3 && !each.is_table)
      return complain(place(each.line), "[account] needs a name, as in [account.work]; default_account names the one "
                                        "that is meant if none is named");
    auto depth = in_account ? 3u : path.size() > 1 || each.is_table ? 2u : 1u;
    if (each.is_table && path.size() < depth)
      read_table(each, in_account);
    else if (path.size() == depth && !each.is_table)
      read_value(each, in_account);
    else if (path.size() <= depth)
      complain(place(each.line), "'" + path.back() + "' is a table; a value was expected");
  }

  void read_table(const toml_entry& each, bool in_account) {
    const auto& name = each.path.back();
    if (in_account && each.path.size() == 1)
      return;
    if (in_account && !is_account_name(name))
      complain(place(each.line), "an account's name has 1 to 64 letters, digits, '-' and '_'");
    else if (in_account)
      out_.found.accounts.push_back(name);
    else if (name != "broker" && name != "policy")
      complain(place(each.line), "unknown table [" + name + "]" + meant(name, {"account", "broker", "policy"}));
  }

  void read_value(const toml_entry& each, bool in_account) {
    const auto& name = each.path.back();
    auto section = each.path.size() == 1 ? std::string{} : each.path.front();
    if (section != "" && section != "account" && section != "broker" && section != "policy")
      return; // its table is complained about
    auto full = std::string{};
    for (const auto& part : each.path)
      full += (full.empty() ? "" : ".") + part;
    auto* key = in_account && !is_account_name(each.path[1]) ? nullptr : find_key(full);
    if (auto advice = instead_of_secret(name); !advice.empty())
      complain(place(each.line), "'" + name + "' does not belong into a file: " + std::string{advice});
    else if (!key)
      complain(place(each.line), "unknown key '" + name + "'" +
                                     (section.empty() ? "" : " in [" + full.substr(0, full.rfind('.')) + "]") +
                                     meant(name, names_in(section)));
    else if (auto* odd = std::get_if<odd_value>(&each.value))
      complain(place(each.line), full + " is " + odd->what + ", which no setting is");
    else
      set(*key, full, plain(each), {origin_kind::file, place(each.line)},
          std::filesystem::path{from_.file_path}.parent_path().string());
  }

  static plain_value plain(const toml_entry& each) {
    if (auto* text = std::get_if<std::string>(&each.value))
      return *text;
    if (auto* number = std::get_if<int64_t>(&each.value))
      return *number;
    return std::get<std::vector<std::string>>(each.value);
  }

  static std::string meant(const std::string& name, const std::vector<std::string>& known) {
    auto best = closest(name, known);
    return best.empty() ? std::string{} : "; did you mean '" + best + "'?";
  }

  // -- the environment ------------------------------------------------------------------------------------------------

  bool has_account(const std::string& name) const {
    return std::find(out_.found.accounts.begin(), out_.found.accounts.end(), name) != out_.found.accounts.end();
  }

  void read_environment() {
    for (const auto& each : client_variables(from_.variable))
      read_variable(*find_key(each.name), each.flag, each.value);
    for (const auto& key : known_keys())
      if (auto value = from_.variable(std::string{key.variable}))
        read_variable(key, std::string{key.variable}, *value);
  }

  void read_variable(const known_key& key, const std::string& variable, const std::string& value) {
    if (key.section == "account" && !has_account(default_account))
      out_.found.notes.push_back(variable + " is set and does nothing: it is about the account 'default', which " +
                                 from_.file_path + " does not have");
    else
      set(key, full_name(key, default_account), value, {origin_kind::variable, variable}, from_.working_directory);
  }

  // -- flags ----------------------------------------------------------------------------------------------------------

  void read_flags() {
    for (const auto& each : from_.flags) {
      auto* key = find_key(each.name);
      auto leaf = each.name.substr(each.name.rfind('.') + 1);
      if (auto advice = instead_of_secret(leaf); !advice.empty())
        complain(each.flag, "'" + leaf + "' is no setting: " + std::string{advice});
      else if (!key)
        complain(each.flag, "unknown setting '" + each.name + "'" + meant_in_full(each.name));
      else if (key->section == "account" && !has_account(each.name.substr(8, each.name.rfind('.') - 8)))
        complain(each.flag, "no such account: " + account_list());
      else
        set(*key, each.name, each.value, {origin_kind::flag, each.flag}, from_.working_directory);
    }
  }

  std::string meant_in_full(const std::string& name) const {
    std::vector<std::string> all;
    for (const auto& key : known_keys())
      all.push_back(full_name(key, default_account));
    return meant(name, all);
  }

  std::string account_list() const {
    std::string out = "there is ";
    for (size_t i = 0; i < out_.found.accounts.size(); ++i)
      out += (i > 0 ? ", " : "") + out_.found.accounts[i];
    return out;
  }

  void choose_account() {
    auto chosen = out_.found.values.find("default_account");
    auto& all = out_.found.accounts;
    if (chosen == out_.found.values.end())
      return;
    const auto& name = std::get<std::string>(chosen->second.value);
    auto at = std::find(all.begin(), all.end(), name);
    if (at == all.end())
      complain(chosen->second.from.where, "there is no account '" + (is_account_name(name) ? name : "?") + "': " +
                                              account_list() + "; [account.NAME] in " + from_.file_path + " makes one");
    else
      std::rotate(all.begin(), at, at + 1);
  }

  const config_sources& from_;
  settings_result out_;
};

} // namespace

settings_result make_settings(const config_sources& from) { return layers{from}.build(); }

} // namespace breakwater::broker
