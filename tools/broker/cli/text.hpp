#pragma once
#include "breakwater/messages/auth_messages.hpp"

#include <string>

/// Small pieces of text that several outputs share. Pure, but for the time zone.
namespace breakwater::cli {

/// `2026-11-23 17:05:12 CET`, in the zone of the process; an unknown time is "?".
std::string render_time(wall_time);

/// `2026-11-23 17:05:12 CET (in 1 h 3 min)`.
std::string render_time_and_distance(wall_time, wall_time now);

/// `alice@example.com (account 1234, plan pro)`; what is unknown is left out, and all of it is "".
std::string render_account(const account_info&);

/// What the method is called in a sentence: "an API key", "OAuth tokens".
std::string name_of_method(auth_method);

/// Control characters are replaced by `?`: what an authority or a file says never moves the cursor.
std::string on_one_line(const std::string&);

} // namespace breakwater::cli
