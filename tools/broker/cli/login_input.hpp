#pragma once
#include "breakwater/messages/credential.hpp"
#include "breakwater/messages/error.hpp"
#include "breakwater/storage/wiped_string.hpp"

#include <string_view>

/// What a user hands over to log in with. Pure.
namespace breakwater::cli {

struct login_input {
  failure error;
  credential found;
};

/// Reads one of: an API key alone on a line; a token endpoint's answer (RFC 6749, section 5.1: access_token,
/// refresh_token, id_token, expires_in), also with camelCase names; the content of an auth.json. `now` dates
/// `expires_in`. A failure says what is wrong and quotes nothing.
login_input parse_login_input(std::string_view text, wall_time now);

/// The largest input that is read.
inline constexpr size_t login_input_max = size_t{1} << 20;

} // namespace breakwater::cli
