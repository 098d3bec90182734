#include "breakwater/tools/broker/config/toml_file.hpp"

#include <algorithm>

#define TOML_EXCEPTIONS 0
#define TOML_UNRELEASED_FEATURES 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace breakwater::broker {

namespace {

std::string name_of(toml::node_type kind) {
  switch (kind) {
  case toml::node_type::floating_point:
    return "a number with a point";
  case toml::node_type::boolean:
    return "true or false";
  case toml::node_type::date:
  case toml::node_type::time:
  case toml::node_type::date_time:
    return "a date or time";
  case toml::node_type::table:
    return "a table";
  case toml::node_type::array:
    return "a list of other things than texts";
  default:
    return "something else";
  }
}

decltype(toml_entry::value) value_of(const toml::node& node) {
  if (auto text = node.as_string())
    return text->get();
  if (auto number = node.as_integer())
    return number->get();
  if (auto list = node.as_array()) {
    std::vector<std::string> words;
    for (const auto& each : *list) {
      if (!each.is_string())
        return odd_value{name_of(toml::node_type::array)};
      words.push_back(each.as_string()->get());
    }
    return words;
  }
  return odd_value{name_of(node.type())};
}

void collect(const toml::table& from, const std::vector<std::string>& above, std::vector<toml_entry>& into) {
  for (const auto& [key, node] : from) {
    toml_entry entry;
    entry.path = above;
    entry.path.emplace_back(key.str());
    entry.line = static_cast<int>(key.source().begin.line);
    auto* below = node.as_table();
    entry.is_table = below != nullptr;
    if (!below)
      entry.value = value_of(node);
    into.push_back(entry);
    if (below)
      collect(*below, entry.path, into);
  }
}

/// The parser's words without what it quotes: a stray secret could be among that.
std::string without_quotes(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    auto open = text.find('\'');
    auto close = open == text.npos ? text.npos : text.find('\'', open + 1);
    if (close == text.npos || close - open <= 3) {
      auto end = close == text.npos ? text.size() : close + 1;
      out += text.substr(0, open != text.npos && close == text.npos ? open : end);
      text.remove_prefix(end);
      continue;
    }
    out += std::string{text.substr(0, open)} + "'...'";
    text.remove_prefix(close + 1);
  }
  return out;
}

} // namespace

toml_content parse_toml(std::string_view text) {
  toml_content out;
  auto parsed = toml::parse(text);
  if (!parsed) {
    out.error_line = static_cast<int>(parsed.error().source().begin.line);
    out.error = without_quotes(parsed.error().description()) + " (column " +
                std::to_string(parsed.error().source().begin.column) + ")";
    return out;
  }
  collect(parsed.table(), {}, out.entries);
  std::stable_sort(out.entries.begin(), out.entries.end(),
                   [](const toml_entry& a, const toml_entry& b) { return a.line < b.line; });
  return out;
}

} // namespace breakwater::broker
