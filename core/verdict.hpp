#pragma once
#include "breakwater/messages/auth_messages.hpp"
#include "breakwater/messages/exchange_messages.hpp"

#include <optional>
#include <string>
#include <vector>

namespace breakwater {

/// What a flight ended with.
enum class verdict_kind : uint8_t {
  issued = 0,        ///< new tokens
  refused = 1,       ///< the refresh token is dead for good
  unconfirmed = 2,   ///< looks like a refusal without saying so: a refusal after two confirmations
  misconfigured = 3, ///< the client is to blame, the refresh token is not spent
  unavailable = 4,   ///< the authority asks for patience, the refresh token is not spent
  unsent = 5,        ///< not a byte left
  in_doubt = 6,      ///< the refresh token may be spent
};

std::string to_string(verdict_kind);

struct verdict {
  verdict_kind kind = verdict_kind::in_doubt;
  refusal reason = refusal::none;

  friend bool operator==(const verdict&, const verdict&) = default;
};

/// One row of a verdict table: it applies if all that it names is so. A row of your own for one authority goes to the
/// front of that authority's table.
struct verdict_rule {
  std::optional<delivery> how;
  int status_min = 0;
  int status_max = 999;
  /// Error codes, compared without regard to case; empty: any or none.
  std::vector<std::string> codes;
  std::optional<body_kind> body;
  std::optional<bool> has_retry_after;
  std::optional<bool> has_error_code;
  std::optional<bool> has_access_token;
  /// An access, refresh or ID token.
  std::optional<bool> has_any_token;
  verdict gives;
};

/// Rows are tried from the top; the first that applies judges. An answer that no row knows is in doubt.
using verdict_table = std::vector<verdict_rule>;

/// The default table, for authorities that keep to RFC 6749.
verdict_table default_verdicts();

/// The same for OpenAI's token endpoint: any token field makes an answer issued, missing ones are kept.
verdict_table openai_verdicts();

/// The verdict of the first row that applies.
verdict judge(const token_answer&, const verdict_table&);

} // namespace breakwater
