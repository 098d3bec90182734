#pragma once
#include "breakwater/messages/exchange_messages.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace breakwater {

/// A login that the authority issued: a family of its own, so that tests can count what happens to it.
struct issued_family {
  std::string id;
  std::string refresh_token;
  std::string access_token;
};

/// The certified authorization server that CTest started (oidc/README.md).
class real_authority {
public:
  /// Reads the file that `BREAKWATER_OIDC` names; throws if there is none.
  real_authority();

  /// Settings for a client of it: `public`, `basic` or `post`.
  authority client(const std::string& client_id = "public") const;
  /// The same behind TLS: `good`, `expired`, `wrong_host`, `self_signed`, `other_ca`.
  authority behind_tls(const std::string& certificate) const;

  issued_family issue(const std::string& client_id = "public");
  /// Counts of a family: requests, replays, rotations, alive, ...
  nlohmann::json family(const issued_family&);
  /// The next token requests of a family are answered so.
  void fault(const issued_family&, nlohmann::json what);
  /// True if the authority would accept this token.
  bool accepts(const std::string& token);
  /// One refresh by somebody else, past Breakwater.
  nlohmann::json spend(const issued_family&);

private:
  nlohmann::json control(const std::string& path, const nlohmann::json& body);

  nlohmann::json ready_;
};

} // namespace breakwater
