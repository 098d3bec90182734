#pragma once
#include "breakwater/tools/authority/named.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace breakwater::fake {

/// What a refresh does to the refresh token (RFC 6749, section 6, leaves it open).
enum class rotation : uint8_t { rotate, keep, omit, same };

/// What the authority does when it receives a refresh token that it has already spent.
enum class reuse : uint8_t { revoke, reject, grace };

enum class token_format : uint8_t { opaque, jwt, jwt_hs256 };

/// How a refusal of a refresh token is worded.
enum class refusal_style : uint8_t { rfc, openai, empty, server_error };

/// Which bodies the token endpoint takes.
enum class accepted_body : uint8_t { any, form, json };

std::span<const named<rotation>> names_of(rotation);
std::span<const named<reuse>> names_of(reuse);
std::span<const named<token_format>> names_of(token_format);
std::span<const named<refusal_style>> names_of(refusal_style);
std::span<const named<accepted_body>> names_of(accepted_body);

/// How this authority is, as long as no script says otherwise.
struct authority_settings {
  rotation rotate = rotation::rotate;
  reuse on_reuse = reuse::revoke;
  /// With reuse::grace: how long after a token was spent the same new pair is given again. Later: as reuse::revoke.
  std::chrono::milliseconds grace{10'000};
  token_format format = token_format::jwt;
  refusal_style refusals = refusal_style::rfc;
  accepted_body bodies = accepted_body::any;
  std::chrono::milliseconds access_token_ttl = std::chrono::hours{1};
  /// Zero: refresh tokens do not expire.
  std::chrono::seconds refresh_token_ttl{0};
  /// Empty: every client is known.
  std::string client_id;
  /// Not empty: the client has to prove itself, by Basic or in the body (RFC 6749, section 2.3.1).
  std::string client_secret;
  /// Waited before every answer of the token endpoint. The token is spent before the wait, as with a slow network.
  std::chrono::milliseconds delay{0};
  /// Added to the `Date` header: an authority whose clock is wrong. Tokens are dated by that clock too.
  std::chrono::seconds clock_skew{0};
  /// The arrivals remembered for the timeline; later ones are counted only.
  size_t timeline_max = 1'000'000;
  /// Same seed, same tokens. Zero: the server picks one, so that a restart never issues an old token again.
  uint64_t seed = 0;
};

} // namespace breakwater::fake
