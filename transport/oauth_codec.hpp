#pragma once
#include "breakwater/messages/exchange_messages.hpp"
#include "breakwater/transport/http_messages.hpp"

/// OAuth on one side, HTTP on the other: what is sent, and what an answer says. Pure: no clock, no network.
namespace breakwater {

/// The longest life, and the longest pause, that an answer can state: what is longer counts as this, so that no sum of
/// times overflows.
inline constexpr std::chrono::seconds stated_seconds_max = std::chrono::days{3650};

/// A refresh request (RFC 6749, section 6), with the client's authentication (section 2.3.1) and the authority's extra
/// parameters. With `client_auth::basic` the client_id is only in the header.
http_request render_refresh(const authority&, const secret& refresh_token);

/// A revocation request (RFC 7009, section 2.1). Extra parameters are for token requests and are left out.
http_request render_revocation(const authority&, const secret& token, token_kind);

/// Reads a token endpoint's answer (RFC 6749, sections 5.1 and 5.2).
///
/// `to` and `sent` are what the request carried: no trace of their secrets gets into the error texts. `now` is used for
/// a `Retry-After` date only, and only where the answer has no `Date` of its own.
///
/// Whatever the body is, the result is whole: a body that is not one JSON object gives no tokens and no code. The last
/// of several equal keys counts. An access token with a character outside 0x20-0x7E (RFC 6749, appendix A.12) could
/// not be sent in a header and is none; so is any token with a control character or with bytes that are not UTF-8.
/// `expires_in` may be a number or a numeric string, with a fraction, is rounded down to milliseconds and bounded by
/// `stated_seconds_max`; below zero or unreadable it says nothing. An `error.code` or `code` may be an integer.
///
/// The body is wiped. What cannot be reached: nlohmann's lexer keeps the characters of the token that it is reading,
/// and the text of its own parse errors, in buffers that it frees unwiped.
token_answer parse_token_answer(http_answer, const authority& to, const secret& sent, wall_time now);

/// Reads a revocation endpoint's answer (RFC 7009, section 2.2): any 2xx is a success.
revocation_answer parse_revocation_answer(http_answer, const authority& to, const secret& sent);

/// What a body is, whatever its content type claims; the type decides only for text that is neither JSON nor markup.
/// JSON is a whole object or array.
body_kind kind_of(std::string_view body, std::string_view content_type);

} // namespace breakwater
