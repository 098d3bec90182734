#include "breakwater/tools/broker/cli/config_text.hpp"

#include "breakwater/tools/broker/cli/text.hpp"
#include "breakwater/tools/broker/config/known_keys.hpp"
#include "breakwater/tools/broker/rpc/json_fields.hpp"

#include <algorithm>

namespace breakwater::cli {

namespace {

std::string shown(const broker::plain_value& value) {
  if (auto* text = std::get_if<std::string>(&value))
    return text->empty() ? "-" : on_one_line(*text);
  if (auto* number = std::get_if<int64_t>(&value))
    return std::to_string(*number);
  std::string out;
  for (const auto& each : std::get<std::vector<std::string>>(value))
    out += (out.empty() ? "" : " ") + on_one_line(each);
  return out.empty() ? "-" : out;
}

json_document to_json(const broker::plain_value& value) {
  if (auto* text = std::get_if<std::string>(&value)) {
    if (text->empty())
      return nullptr;
    return wiped_string{text->begin(), text->end()};
  }
  if (auto* number = std::get_if<int64_t>(&value))
    return *number;
  auto out = json_document::array();
  for (const auto& each : std::get<std::vector<std::string>>(value))
    out.push_back(wiped_string{each.begin(), each.end()});
  return out;
}

/// Every setting by name: in the order of the table of keys, account by account.
std::vector<std::string> names_of(const broker::settings& from) {
  std::vector<std::string> out;
  for (const auto* section : {"", "broker", "account", "policy"}) {
    auto accounts = std::string_view{section} == "account" ? from.accounts : std::vector<std::string>{""};
    for (const auto& account : accounts)
      for (const auto& key : broker::known_keys())
        if (key.section == section)
          out.push_back(broker::full_name(key, account));
  }
  return out;
}

} // namespace

std::string render_settings(const broker::settings& from, const style& in) {
  auto names = names_of(from);
  size_t name_width = 0, value_width = 0;
  for (const auto& name : names) {
    name_width = std::max(name_width, name.size());
    value_width = std::max(value_width, shown(from.at(name).value).size());
  }
  auto out = in.paint(shade::dim, "# " + from.file_path + (from.has_file ? "" : " (no such file)")) + '\n';
  for (auto name : names) {
    const auto& each = from.at(name);
    auto value = shown(each.value);
    name.resize(name_width, ' ');
    value.resize(std::min<size_t>(value_width, 60) > value.size() ? std::min<size_t>(value_width, 60) : value.size(),
                 ' ');
    auto set_by_user = each.from.kind != broker::origin_kind::built_in;
    out += name + "  " + (set_by_user ? in.paint(shade::strong, value) : value) + "  " +
           in.paint(shade::dim, each.from.where) + '\n';
  }
  return out;
}

json_document settings_to_json(const broker::settings& from) {
  auto out = json_document::object();
  broker::set_text(out, "file", from.file_path);
  out["fileExists"] = from.has_file;
  broker::set_text(out, "account", from.account());
  auto accounts = json_document::array();
  for (const auto& each : from.accounts)
    accounts.push_back(wiped_string{each.begin(), each.end()});
  out["accounts"] = std::move(accounts);
  auto values = json_document::object();
  for (const auto& name : names_of(from)) {
    auto one = json_document::object();
    one["value"] = to_json(from.at(name).value);
    auto origin = json_document::object();
    broker::set_text(origin, "kind", to_string(from.at(name).from.kind));
    broker::set_text(origin, "where", from.at(name).from.where);
    one["from"] = std::move(origin);
    values[wiped_string{name.begin(), name.end()}] = std::move(one);
  }
  out["values"] = std::move(values);
  auto notes = json_document::array();
  for (const auto& each : from.notes)
    notes.push_back(wiped_string{each.begin(), each.end()});
  out["notes"] = std::move(notes);
  return out;
}

std::string render_problems(const std::vector<broker::config_problem>& problems, const style& in) {
  std::string out;
  for (const auto& each : problems)
    out += in.paint(shade::bad, "breakwater: ") + on_one_line(each.where) + ": " + on_one_line(each.what) + '\n';
  return out;
}

} // namespace breakwater::cli
