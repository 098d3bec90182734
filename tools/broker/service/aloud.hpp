#pragma once
#include <string_view>

namespace breakwater::broker {

/// Says one line on standard error, after the program's name. Never waits: where nobody reads what was said before, the
/// line is dropped, since the loop must not stand still for it.
void say_aloud(std::string_view line);

} // namespace breakwater::broker
