#pragma once
#include "breakwater/messages/secret.hpp"
#include "breakwater/messages/token_hash.hpp"

#include <cstdint>

/// The tokens of the modelled authority, as small numbers: refresh token 3 is "r3", access token 3 is "a3".
namespace breakwater::exploration {

using token_id = uint8_t;
inline constexpr token_id no_token = 255;
/// No world issues more tokens than this; an event that would need one more does not happen.
inline constexpr token_id token_count_max = 24;

const secret& refresh_secret(token_id);
const token_hash& refresh_hash(token_id);
/// `jwt`: the token says itself that it belongs to account Y.
const secret& access_secret(token_id, bool jwt = false);

/// The number of any token above; no_token for the empty secret.
token_id token_of(const secret&);
/// The number of the refresh token with this hash; no_token for the empty hash.
token_id refresh_of(const token_hash&);

} // namespace breakwater::exploration
