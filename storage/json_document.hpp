#pragma once
#include "breakwater/messages/error.hpp"
#include "breakwater/storage/wiped_string.hpp"

#include <nlohmann/json.hpp>

#include <string_view>
#include <vector>

namespace breakwater {

/// A JSON document whose strings and rendered text are wiped when freed. What the library keeps beside them while it
/// parses (a vector with the bytes of the token being read, for its error messages) is not wiped.
using json_document = nlohmann::basic_json<std::map, std::vector, wiped_string>;

/// How deep a document may nest: its rendering is recursive, and nobody needs more.
inline constexpr size_t json_depth_max = 64;

struct json_document_result {
  failure error;
  json_document document;
};

/// Reads a JSON object. Fails with `store_unreadable`: nothing there, not JSON, not an object, or nested too deep. The
/// message starts with `where` and quotes nothing of the text.
json_document_result parse_json_object(std::string_view text, std::string_view where);

/// The document, pretty-printed with 2 spaces and a newline at the end. Bytes that are not UTF-8 are replaced.
wiped_string render_json(const json_document&);

/// What a value is, for messages: "an object", "null".
std::string_view kind_of(const json_document&);

} // namespace breakwater
