#pragma once
#include "breakwater/tools/authority/named.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>

/// What a script can make the authority do to a token request: which answer it gets, and what happens to the answer.
namespace breakwater::fake {

/// What is answered. Names in scripts have hyphens: `invalid-grant`.
enum class answer : uint8_t {
  normal,
  // The refresh token is honoured (and spent, if tokens rotate); only the answer is odd.
  no_refresh_token,
  same_tokens,
  expires_in_string,
  lower_case_type,
  expired_token,
  empty_token,
  other_account,
  empty_object,
  empty_200,
  not_json,
  huge_body,
  // The refresh token is called dead, and nothing is spent.
  invalid_grant,
  openai_expired,
  openai_reused,
  openai_invalidated,
  unauthorized,
  numeric_error,
  empty_400,
  // The refresh token is not judged at all.
  invalid_request,
  invalid_client,
  unsupported_grant_type,
  error_500,
  bad_gateway,
  unavailable,
  unavailable_date,
  rate_limited,
  temporarily_unavailable,
  portal_200,
  portal_403,
  redirect,
  not_found,
};

/// What happens on the socket.
enum class fault : uint8_t {
  none,
  // Before the request is read: nothing is spent. These strike the next connection or, on a kept one, the next request.
  reset_at_accept,
  never_read,
  cut_request,
  // After the request was processed: the refresh token is spent.
  lost_by_reset,
  lost_by_close,
  cut_header,
  cut_body,
  drip,
};

std::span<const named<answer>> names_of(answer);
std::span<const named<fault>> names_of(fault);

/// The model decides whether the refresh token is good, and spends it.
bool redeems(answer);
/// The client is told plainly that the refresh token is dead. An empty 400 does not say so.
bool refuses(answer);
/// Strikes before the request is read.
bool is_early(fault);

/// One entry of a script.
struct behavior {
  answer what = answer::normal;
  fault then = fault::none;
  /// Waited before the answer, beside the authority's own delay; for `drip` between two bytes (10 ms if zero).
  std::chrono::milliseconds delay{0};
  /// cut_request: bytes read before the reset. cut_header, cut_body: bytes of that part sent before the close.
  /// Zero: a default that lies well inside.
  size_t bytes = 0;
  /// For unavailable and rate_limited.
  std::chrono::seconds retry_after{2};
  /// For other_account.
  std::string account = "somebody-else";
};

/// Which behavior is next: scripted ones first, one request each; then the standing one.
class playbook {
public:
  void push(behavior next, size_t count = 1) { scripted_.push_back({std::move(next), count}); }
  void stand(behavior always) { standing_ = std::move(always); }
  /// Forgets all scripts; the standing behavior is normal again.
  void clear();

  /// What the next request would get.
  const behavior& peek() const { return scripted_.empty() ? standing_ : scripted_.front().what; }
  behavior take();

private:
  struct entry {
    behavior what;
    size_t count;
  };
  std::deque<entry> scripted_;
  behavior standing_;
};

} // namespace breakwater::fake
