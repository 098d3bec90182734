#pragma once
#include "breakwater/tools/storm/plan.hpp"
#include "breakwater/tools/storm/policy_kind.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What a storm and the processes that it starts tell each other, one line of JSON each. The child is told its
/// settings, says `ready`, is told to go (an empty line), says how far it is now and then, and at last what its callers
/// saw.
namespace breakwater::storm {

/// The argument that makes a program one of those processes.
inline constexpr std::string_view child_word = "--as-one-of-many-processes";

struct child_settings {
  policy_kind policy = policy_kind::naive;
  /// Shared by all; the login is in it.
  std::string auth_file;
  std::string token_endpoint;
  /// Of this process alone.
  storm_settings storm;
};

/// One line of a child.
struct child_message {
  bool ready = false;
  /// Not empty: it cannot go on.
  std::string problem;
  uint64_t asked = 0, answered = 0;
  /// The last line. Times of a steady clock are the same in all processes of a machine.
  std::optional<std::vector<samples>> callers;
};

std::string render(const child_settings&);
/// Nothing if it is none.
std::optional<child_settings> parse_child_settings(std::string_view line);

std::string render(const child_message&);
/// Nothing if it is none.
std::optional<child_message> parse_child_message(std::string_view line);

} // namespace breakwater::storm
