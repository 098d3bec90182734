#pragma once
#include "breakwater/messages/auth_messages.hpp"
#include "breakwater/tools/broker/cli/exit_code.hpp"
#include "breakwater/tools/broker/rpc/auth_codec.hpp"

#include <optional>
#include <string>

/// What went wrong, as a person needs it: what happened, what it means, what to do.
namespace breakwater::cli {

struct trouble {
  ec code = ec::none;
  /// What happened.
  std::string what;
  /// What it means; empty: what `meaning_of(code)` says.
  std::string meaning;
  /// What to do; empty: what `advice_on(code)` says.
  std::string advice;
  refusal reason = refusal::none;
  wall_time retry_after = unknown_time;
  /// Overrides `exit_code_of(code)`.
  std::optional<exit_code> exit;

  explicit operator bool() const noexcept { return code != ec::none; }
};

/// An answer, or why there is none.
template <class T>
struct asked {
  std::optional<T> value;
  trouble why;
};

trouble trouble_of(const broker::named_failure&);

/// Sentences that hold for every failure of this kind.
std::string meaning_of(ec);
std::string advice_on(ec);

exit_code exit_code_of(const trouble&);

/// {"error": {code, message, meaning, advice, reason?, retryAfter?, exit}}
json_document trouble_to_json(const trouble&);

} // namespace breakwater::cli
