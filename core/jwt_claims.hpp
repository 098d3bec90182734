#pragma once
#include "breakwater/messages/secret.hpp"
#include "breakwater/messages/time.hpp"

#include <string>

namespace breakwater {

/// What a JWT says of itself (RFC 7519). Read without checking the signature: good for choosing when to refresh and
/// what to show, never for deciding what somebody may do. Empty or unknown where it says nothing.
struct jwt_claims {
  /// `exp` (RFC 7519, section 4.1.4), by the clock of the authority.
  wall_time expires_at = unknown_time;
  /// `iat` (RFC 7519, section 4.1.6), by the clock of the authority.
  wall_time issued_at = unknown_time;
  /// `email`, else `https://api.openai.com/profile`.email.
  std::string email;
  /// `https://api.openai.com/auth`.chatgpt_plan_type.
  std::string plan;
  /// `https://api.openai.com/auth`.chatgpt_account_id.
  std::string account_id;
  /// `sub`, the subject.
  std::string subject;
};

/// Claims of a token. Of one that is not a JWT (three non-empty parts, a base64url JSON object in the middle), or is
/// longer than 64 KiB, empty claims; a claim of the wrong type, a date outside 1970 to 2200 and a text with control
/// characters count as not there. Dates are kept to the millisecond. The decoded bytes are wiped; what the JSON library
/// copied of them (the claims, never the signature) is freed unwiped.
jwt_claims parse_jwt_claims(const secret& token);

} // namespace breakwater
