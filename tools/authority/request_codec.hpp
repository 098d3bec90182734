#pragma once
#include "breakwater/tools/authority/http_message.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

/// Reads what OAuth clients send. Pure.
namespace breakwater::fake {

using parameters = std::map<std::string, std::string>;

/// application/x-www-form-urlencoded. A repeated name keeps its first value; a broken escape stays as it is.
parameters parse_form(std::string_view body);

/// The string members of a JSON object; nothing if it is not one.
std::optional<parameters> parse_json_strings(std::string_view body);

bool has_json_body(const http_request&);

/// The parameters of a form or JSON body; nothing if neither reads.
std::optional<parameters> parse_parameters(const http_request&);

struct client_identity {
  std::string id;
  std::string secret;
};

/// Who the client says it is: by Basic (RFC 6749, section 2.3.1), else in the body.
client_identity parse_client(const http_request&, const parameters&);

/// The token of `Authorization: Bearer` (RFC 6750, section 2.1); empty if there is none.
std::string_view parse_bearer(const http_request&);

} // namespace breakwater::fake
