#pragma once
#include "breakwater/messages/exchange_messages.hpp"

#include <optional>
#include <string>

namespace breakwater {

/// Where a URL leads, as curl itself reads it: the same parser that later sends the request, so that the two cannot
/// disagree about the host.
struct endpoint {
  /// Lower case, IPv6 without brackets; empty: the URL is not absolute, or not http or https.
  std::string host;
  /// 127.0.0.0/8, ::1 or localhost (which curl never looks up).
  bool is_loopback = false;
  bool is_https = false;
  bool has_user_or_fragment = false;

  /// TLS, or a host that the network never sees.
  bool is_protected() const { return !host.empty() && (is_https || is_loopback); }
};

endpoint endpoint_of(const std::string& url);

/// The part of `problem_of` that looks at the settings only and at no file.
std::optional<std::string> settings_problem_of(const authority&);

/// The same for an authority's revocation endpoint, which must be there.
std::optional<std::string> revocation_problem_of(const authority&);

} // namespace breakwater
