#include "breakwater/storage/json_document.hpp"

#include <algorithm>

namespace breakwater {

namespace {

size_t depth_of(std::string_view text) {
  size_t depth = 0, deepest = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    auto c = text[i];
    if (in_string) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      deepest = std::max(deepest, ++depth);
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return deepest;
}

json_document_result unreadable(std::string_view where, std::string_view what) {
  return {{ec::store_unreadable, std::string{where}.append(": ").append(what)}, {}};
}

} // namespace

json_document_result parse_json_object(std::string_view text, std::string_view where) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
    return unreadable(where, "the file is empty; log in again");
  if (depth_of(text) > json_depth_max)
    return unreadable(where, "nested deeper than " + std::to_string(json_depth_max) + " levels");
  auto document = json_document::parse(text.begin(), text.end(), nullptr, false);
  if (document.is_discarded())
    return unreadable(where, "not JSON, or only half of it; restore the file or log in again");
  if (!document.is_object())
    return unreadable(where, std::string{"expected an object, found "}.append(kind_of(document)));
  return {{}, std::move(document)};
}

wiped_string render_json(const json_document& document) {
  auto text = document.dump(2, ' ', false, json_document::error_handler_t::replace);
  text += '\n';
  return text;
}

std::string_view kind_of(const json_document& value) {
  switch (value.type()) {
  case json_document::value_t::null:
    return "null";
  case json_document::value_t::object:
    return "an object";
  case json_document::value_t::array:
    return "an array";
  case json_document::value_t::string:
    return "a string";
  case json_document::value_t::boolean:
    return "a boolean";
  default:
    return "a number";
  }
}

} // namespace breakwater
