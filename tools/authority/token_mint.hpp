#pragma once
#include "breakwater/messages/time.hpp"
#include "breakwater/tools/authority/authority_settings.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace breakwater::fake {

/// What a JWT of this authority says.
struct token_claims {
  std::string account;
  wall_time issued_at;
  wall_time expires_at;
};

/// Makes tokens that no two calls make twice. Pure: the same seed gives the same tokens in the same order, so they are
/// worth nothing outside a test.
class token_mint {
public:
  token_mint(token_format format, uint64_t seed) : format_{format}, state_{seed} {}

  std::string refresh_token();
  std::string access_token(const token_claims&);
  /// Empty if tokens are opaque.
  std::string id_token(const token_claims&);

private:
  std::string unique(std::string_view prefix);
  std::string jwt(const token_claims&, std::string_view use);

  token_format format_;
  uint64_t state_;
  uint64_t minted_ = 0;
};

/// The key of jwt_hs256, for whoever wants to check a signature.
inline constexpr std::string_view signing_key = "breakwater-authority-hs256";

/// RFC 4648, section 5, without padding.
std::string base64url(std::string_view bytes);

} // namespace breakwater::fake
