#pragma once
#include "breakwater/messages/credential.hpp"
#include "breakwater/messages/exchange_messages.hpp"
#include "breakwater/messages/time.hpp"

#include <optional>

/// Credentials out of what was stored, given or answered.
namespace breakwater {

/// Fills in what the tokens say and the store did not: expiry (corrected by the authority's clock skew), email, plan,
/// account id. Without any account id it gets a login id made from its refresh token, so that everybody who reads the
/// same store finds the same one.
credential enrich(credential, span skew);

/// The life of the access token, if its beginning and its end are known.
std::optional<span> life_of(const credential&);

/// The credential after an issued answer; tokens that the answer lacks stay as they are. Nothing if the answer's
/// tokens belong to another account.
std::optional<credential> merge(const credential& before, const token_answer&, const moment& now, span skew);

} // namespace breakwater
