#pragma once
#include <string>

namespace breakwater::storm {

/// The style sheet of the page. On a dark page it gives the plots, which are drawn with light_palette, the colours of
/// dark_palette.
std::string render_style();

} // namespace breakwater::storm
