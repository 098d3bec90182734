#pragma once
#include "breakwater/messages/time.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

/// What an authority has seen and done: counted on its side of the wire, so that nobody has to believe the client.
namespace breakwater::fake {

/// One refresh token. Shown by the first 8 digits of its SHA-256.
struct token_count {
  std::string hash;
  uint64_t family = 0;
  /// How often it came in a refresh request that was read whole.
  uint64_t received = 0;
  /// How often it came although it was spent.
  uint64_t replayed = 0;
  bool spent = false;
  bool refused = false;
};

/// All tokens that stem from one login.
struct family_state {
  uint64_t id = 0;
  std::string account;
  /// False once revoked: by reuse, by RFC 7009 or by hand.
  bool alive = true;
  /// The answer that its refresh tokens get for good; empty: they are judged.
  std::string condemned;
  uint64_t rotations = 0;
  uint64_t received = 0;
  uint64_t replays = 0;
};

/// One request to the token endpoint.
struct arrival {
  /// Since the server started.
  span at{0};
  /// Empty if the request carried no refresh token.
  std::string hash;
  /// Zero: a token that this authority never issued.
  uint64_t family = 0;
  bool replay = false;
  /// The status line of the answer, also of one that was lost.
  int status = 0;
  /// The name of the scripted answer and, behind a plus, of the fault.
  std::string answer;
};

struct statistics {
  uint64_t connections = 0;
  /// Connections that a fault ended before their request was read.
  uint64_t unread_connections = 0;
  /// HTTP requests to any endpoint.
  uint64_t requests = 0;
  /// POST /oauth/token, whatever was in it.
  uint64_t token_requests = 0;
  std::map<std::string, uint64_t> by_grant;
  /// Token pairs given by a refresh; a pair given again in grace counts again.
  uint64_t issued = 0;
  /// Token requests that were told that the refresh token is dead.
  uint64_t refused = 0;
  /// Refresh tokens received although they were spent, the ones in grace included.
  uint64_t replays = 0;
  uint64_t replays_in_grace = 0;
  /// Requests with a refresh token for which this authority had already said that it is dead.
  uint64_t after_refusal = 0;
  /// Different refresh tokens received that were never issued here.
  uint64_t unknown_tokens = 0;
  uint64_t families_revoked = 0;
  uint64_t revocations = 0;
  uint64_t introspections = 0;
  uint64_t api_calls = 0;
  uint64_t api_rejected = 0;
  std::vector<token_count> tokens;
  std::vector<family_state> families;
  std::vector<arrival> timeline;
};

/// The same as JSON text, for GET /stats.
std::string render_json(const statistics&);

} // namespace breakwater::fake
