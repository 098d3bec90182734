#pragma once
#include "breakwater/tools/authority/authority_model.hpp"
#include "breakwater/tools/authority/behavior.hpp"
#include "breakwater/tools/authority/http_message.hpp"

/// The words of every answer of the token endpoint. Pure.
namespace breakwater::fake {

/// A successful answer (RFC 6749, section 5.1), odd in the way that `b` asks for.
http_answer render_issued(const token_set&, const behavior& b);

/// A refusal that the model decided on, in the style of this authority.
http_answer render_refused(refusal, refusal_style);

/// An answer that does not depend on the tokens. `b.what` is one that does not redeem.
http_answer render_scripted(const behavior& b, wall_time now);

/// An error as RFC 6749, section 5.2, writes it.
http_answer render_error(int status, std::string_view code, std::string_view description);

} // namespace breakwater::fake
