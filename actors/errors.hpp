#pragma once
#include "breakwater/actors/interfaces.hpp"

/// Failures as CAF carries them. An error of ours holds the code, the text for people, and when a retry can help.
namespace breakwater {

caf::error make_auth_error(const failure&, wall_time retry_after = unknown_time);

/// What an error says, with the words that were put in it. CAF's own errors become `timed_out` for a request's time-out
/// and `shutting_down` for an actor that is gone; what else CAF can say, such as a lost connection, is `unavailable`.
failure failure_of(const caf::error&);

/// When asking again can help; unknown_time: not known.
wall_time retry_after_of(const caf::error&);

} // namespace breakwater
