#pragma once
#include "breakwater/tools/storm/policy_kind.hpp"

#include <array>
#include <cstdint>

namespace breakwater::storm {

struct colour {
  uint8_t red, green, blue;
};

/// The colours of the plots. All differ, so that a style sheet can tell by the colour what it is for.
struct palette {
  colour text, axis, grid;
  /// By policy_kind: told apart by people who do not see red and green as others do, too.
  std::array<colour, policy_kinds.size()> policies;
};

/// What gnuplot draws with.
inline constexpr palette light_palette{
    {31, 35, 40}, {110, 118, 129}, {216, 222, 228}, {{{203, 75, 0}, {130, 80, 168}, {0, 98, 168}}}};
/// What the style sheet replaces it by on a dark page.
inline constexpr palette dark_palette{
    {230, 237, 243}, {139, 148, 158}, {48, 54, 61}, {{{255, 146, 77}, {200, 160, 240}, {88, 190, 255}}}};

} // namespace breakwater::storm
