#pragma once
#include "breakwater/messages/secret.hpp"
#include "breakwater/messages/time.hpp"
#include "breakwater/storage/json_document.hpp"

#include <optional>
#include <string>
#include <string_view>

/// Fields of JSON objects, with their types checked.
namespace breakwater::broker {

/// The member; null if the document is no object, has none, or has null there.
const json_document* find_field(const json_document& in, std::string_view name);

/// The member if it is there and of this type; nothing otherwise.
std::optional<std::string> text_field(const json_document& in, std::string_view name);
std::optional<secret> secret_field(const json_document& in, std::string_view name);
std::optional<bool> flag_field(const json_document& in, std::string_view name);
std::optional<int64_t> integer_field(const json_document& in, std::string_view name);
/// A date as RFC 3339 has it.
std::optional<wall_time> time_field(const json_document& in, std::string_view name);

void set_text(json_document& in, const char* name, std::string_view value);
/// Leaves the member out if the value is empty.
void set_if_known(json_document& in, const char* name, std::string_view value);
/// Leaves the member out if the time is unknown.
void set_if_known(json_document& in, const char* name, wall_time);

} // namespace breakwater::broker
