#pragma once
#include "breakwater/messages/auth_messages.hpp"
#include "breakwater/tools/broker/cli/screen.hpp"
#include "breakwater/tools/broker/cli/story.hpp"

#include <string>

/// Answers as people read them. Pure, but for the time zone.
namespace breakwater::cli {

/// A few lines: who, how, until when, what is wrong, who says so.
std::string render_status(const std::string& account, const status_fields&, const std::string& held_by, const style&,
                          wall_time now);

/// One line, for `watch`.
std::string render_change(const status_fields&, const style&, wall_time now);

/// The answer first, then what happened.
std::string render_story(const story&, const style&);

/// In a word: "ok", "logged out", "refused".
std::string word_for(const status_fields&);

} // namespace breakwater::cli
