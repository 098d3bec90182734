#pragma once
#include "breakwater/messages/secret.hpp"

#include <string>

/// GET with a token behind `Authorization: Bearer`; returns the HTTP status, 0 if there was no answer. Blocks.
long http_get(const std::string& url, const breakwater::secret& token);
