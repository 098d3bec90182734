#include "breakwater/tools/broker/rpc/json_fields.hpp"

#include "breakwater/storage/rfc3339.hpp"

namespace breakwater::broker {

const json_document* find_field(const json_document& in, std::string_view name) {
  if (!in.is_object())
    return nullptr;
  auto at = in.find(wiped_string{name});
  return at == in.end() || at->is_null() ? nullptr : &*at;
}

std::optional<std::string> text_field(const json_document& in, std::string_view name) {
  auto* field = find_field(in, name);
  if (!field || !field->is_string())
    return std::nullopt;
  auto& text = field->get_ref<const wiped_string&>();
  return std::string{text.data(), text.size()};
}

std::optional<secret> secret_field(const json_document& in, std::string_view name) {
  auto* field = find_field(in, name);
  if (!field || !field->is_string())
    return std::nullopt;
  return secret{std::string_view{field->get_ref<const wiped_string&>()}};
}

std::optional<bool> flag_field(const json_document& in, std::string_view name) {
  auto* field = find_field(in, name);
  return field && field->is_boolean() ? std::optional{field->get<bool>()} : std::nullopt;
}

std::optional<int64_t> integer_field(const json_document& in, std::string_view name) {
  auto* field = find_field(in, name);
  if (!field || !field->is_number_integer())
    return std::nullopt;
  if (field->is_number_unsigned() && field->get<uint64_t>() > uint64_t{INT64_MAX})
    return std::nullopt;
  return field->get<int64_t>();
}

std::optional<wall_time> time_field(const json_document& in, std::string_view name) {
  auto text = text_field(in, name);
  return text ? parse_rfc3339(*text) : std::nullopt;
}

void set_text(json_document& in, const char* name, std::string_view value) { in[name] = wiped_string{value}; }

void set_if_known(json_document& in, const char* name, std::string_view value) {
  if (!value.empty())
    set_text(in, name, value);
}

void set_if_known(json_document& in, const char* name, wall_time value) {
  if (value != unknown_time)
    set_text(in, name, render_rfc3339(value));
}

} // namespace breakwater::broker
