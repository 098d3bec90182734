#pragma once
#include "breakwater/transport/wiped_string.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace breakwater {

/// One field of an answer, as the JSON gave it. Numbers keep their text.
struct answer_field {
  enum class type : uint8_t { missing, string, integer, fraction, other };

  type is = type::missing;
  wiped_string text;

  /// The text of a string; empty for everything else.
  std::string_view as_string() const { return is == type::string ? std::string_view{text} : std::string_view{}; }
  /// The text of a string or an integer; empty for everything else.
  std::string_view as_code() const { return is == type::integer ? std::string_view{text} : as_string(); }
  /// The text of a string or any number; empty for everything else.
  std::string_view as_number() const { return is == type::fraction ? std::string_view{text} : as_code(); }
};

/// The fields of a token or error answer that anybody reads. All else is skipped without being kept.
struct answer_fields {
  /// The body was one whole JSON object.
  bool is_object = false;
  answer_field access_token, refresh_token, id_token, expires_in;
  answer_field error, error_description, code;
  /// Members of `error`, where that is an object.
  answer_field nested_code, nested_message;
};

/// Reads them from a body of any content, nested to any depth, in one pass without a tree. Bytes that are not UTF-8 are
/// first replaced, in place, by DEL, which no token may contain.
answer_fields read_answer_fields(wiped_string& body);

/// True if the whole of `body` is one JSON value that is an object or an array.
bool is_json(std::string_view body);

} // namespace breakwater
