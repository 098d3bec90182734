#pragma once
#include "breakwater/messages/secret.hpp"
#include "breakwater/messages/time.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// What goes to an authority and what comes back, after parsing and before judging.
namespace breakwater {

/// How a confidential client proves itself (RFC 6749, section 2.3.1).
enum class client_auth : uint8_t {
  none = 0,  ///< a public client: only client_id, in the body
  basic = 1, ///< `Authorization: Basic`, id and secret form-encoded first
  post = 2,  ///< client_id and client_secret in the body
};

/// How the body of a token request is written.
enum class body_format : uint8_t {
  form = 0, ///< application/x-www-form-urlencoded (RFC 6749, section 6)
  json = 1, ///< what OpenAI's token endpoint takes
};

/// Where an authorization server is and how it wants to be spoken to. Immutable once shared.
struct authority {
  /// https, or http on a loopback host.
  std::string token_endpoint;
  /// Where tokens are revoked (RFC 7009); empty: nowhere.
  std::string revocation_endpoint;
  std::string client_id;
  secret client_secret;
  client_auth auth = client_auth::none;
  body_format format = body_format::form;
  /// Sent with every token request: scope, audience, resource, ...
  std::vector<std::pair<std::string, std::string>> extra_parameters;
  /// PEM file that replaces the system's CA certificates; empty: the system's.
  std::string ca_bundle;
  std::string user_agent = "breakwater";
  std::chrono::milliseconds connect_timeout = std::chrono::seconds{10};
  std::chrono::milliseconds total_timeout = std::chrono::seconds{30};
  /// How long after a first use this authority documents to answer a second use of a refresh token with the same
  /// tokens; zero: it documents nothing.
  std::chrono::seconds replay_grace{0};
};

/// How far a request got.
enum class delivery : uint8_t {
  unsent = 0,   ///< not a byte of it left: DNS, connect or TLS failed, or it was never started
  lost = 1,     ///< it may have arrived; no whole answer came back
  answered = 2, ///< a whole HTTP answer came back
};

enum class body_kind : uint8_t { empty = 0, json = 1, html = 2, other = 3 };

/// A token endpoint's answer (RFC 6749, sections 5.1 and 5.2), parsed and not judged.
struct token_answer {
  delivery how = delivery::unsent;
  /// HTTP status; 0 if none was read.
  int status = 0;
  body_kind body = body_kind::empty;

  /// Tokens of a 2xx answer; a field that is missing, empty or not a string is an empty secret.
  secret access_token;
  secret refresh_token;
  secret id_token;
  /// Life of the access token from now; negative: the answer does not say. Zero counts as already expired.
  std::chrono::milliseconds expires_in{-1};

  /// `error` if a string, else `error.code`, else a top-level `code`; lower case, printable, at most 100 characters.
  std::string error_code;
  /// `error_description` or `error.message`: printable, at most 300 characters, with no token in it.
  std::string error_description;

  /// From `Retry-After`, seconds or a date (RFC 9110, section 10.2.3); negative: not given.
  std::chrono::seconds retry_after{-1};
  /// From `Date`; unknown_time: not given.
  wall_time date = unknown_time;
  /// What the transport says when there is no whole answer: a curl error and the host, no query, no secret.
  std::string transport_error;
};

enum class token_kind : uint8_t { refresh_token = 0, access_token = 1 };

/// How a revocation ended (RFC 7009, section 2.2): best effort, for the history only.
struct revocation_answer {
  bool revoked = false;
  std::string message;
};

} // namespace breakwater
